import { fileURLToPath } from "node:url";
import tailwindcss from "@tailwindcss/vite";
import { defineConfig } from "vite";

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: at("assets"),
  base: "/static/built/",
  publicDir: false,
  plugins: [tailwindcss()],
  build: {
    outDir: at("src/guanxi/ui/static/built"),
    emptyOutDir: true,
    manifest: true,
    // A font or picture inlined as data: would be refused by the Content-Security-Policy.
    assetsInlineLimit: 0,
    target: "es2022",
    rollupOptions: {
      input: at("assets/js/main.ts"),
      // htmx carries an eval that our configuration turns off.
      checks: { eval: false },
    },
  },
});
