// Fills src/guanxi/ui/icons.toml from @tabler/icons. To add an icon, add a line `name = ''` and run
// `node assets/icons.mjs`.
import { readFileSync, writeFileSync } from "node:fs";

const file = new URL("../src/guanxi/ui/icons.toml", import.meta.url);
const source = new URL("../node_modules/@tabler/icons/icons/outline/", import.meta.url);
const lines = readFileSync(file, "utf8").split("\n");
const head = lines.filter((line) => line.startsWith("#"));
const names = lines.map((line) => line.match(/^([a-z0-9-]+) = /)?.[1]).filter(Boolean);

const drawing = (name) =>
  readFileSync(new URL(`${name}.svg`, source), "utf8")
    .replace(/^[\s\S]*?<svg[^>]*>|<\/svg>\s*$/g, "")
    .replace(/<path stroke="none" d="M0 0h24v24H0z" fill="none" \/>/, "")
    .replace(/\s*\n\s*/g, "")
    .replace(/ \/>/g, "/>");

const body = [...new Set(names)].sort().map((name) => `${name} = '${drawing(name)}'`);
writeFileSync(file, [...head, ...body, ""].join("\n"));
