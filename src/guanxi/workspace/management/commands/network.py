"""``guanxi network FILE.csv``: who stands where in an edge list, and the ways from one to another; no database."""

from argparse import ArgumentParser
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from guanxi.lib.networks.alternatives import disjoint_paths, second_best_path
from guanxi.lib.networks.centrality import Centrality, centralities
from guanxi.lib.networks.communities import communities
from guanxi.lib.networks.edge_lists import INFLUENCE, KINDS, EdgeList, EdgeListRefused, read_edge_list
from guanxi.lib.networks.network import Network
from guanxi.lib.networks.paths import MOST_TIED, best_paths
from guanxi.lib.networks.paths import Path as Way
from guanxi.lib.networks.weak_points import best_improvement, single_points
from guanxi.lib.spreadsheets.cells import cell_text
from guanxi.lib.spreadsheets.precheck import WorkbookRefused
from guanxi.organization.command_line import USAGE, GuanxiCommand

SHOWN = 20


class Command(GuanxiCommand):
    help = (
        "Measure a network of people. FILE has the columns from,to[,weight]; a weight is the probability, above 0 and "
        "up to 1, that the tie works, 0.5 when empty. --kind says what a row means: influence, FROM influences TO; "
        "reports, FROM reports to TO, one superior each; friend, the tie holds both ways."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the edge list: .csv, .xlsx or .xls")
        parser.add_argument("--kind", choices=KINDS, default=INFLUENCE)
        parser.add_argument(
            "--from", dest="source", metavar="A", help="with --to: the most probable paths from A"
        )
        parser.add_argument("--to", dest="target", metavar="B")
        parser.add_argument(
            "--advice", action="store_true",
            help="with --from and --to: also the second-best path, paths that share nobody, on whom all depends, "
                 "and the tie to work on",
        )  # fmt: skip
        super().add_arguments(parser)

    def answer(self, **options: Any) -> None:
        if (options["source"] is None) != (options["target"] is None):
            raise CommandError("--from and --to go together.", returncode=USAGE)
        if options["advice"] and options["source"] is None:
            raise CommandError("--advice is about a path: name --from and --to.", returncode=USAGE)
        read = self._read(options["file"], options["kind"])
        network = read.network
        ends = None
        if options["source"] is not None:
            ends = _person(network, "--from", options["source"]), _person(network, "--to", options["target"])
        paths = best_paths(network, *ends) if ends else []
        found = {
            "centrality": {name: _measures(of) for name, of in centralities(network).items()},
            "communities": communities(network),
            "paths": [_way(path) for path in paths],
        }
        if ends and options["advice"]:
            found["advice"] = _advice(network, *ends)
        if read.repeated:
            self.stderr.write(f"Rows that repeat an earlier one: {read.repeated}; the strongest counts.")
        if len(paths) == MOST_TIED:
            self.stderr.write(f"{MOST_TIED} paths that tie are told; there may be more.")
        if options["json"]:
            self.print_json(found)
        else:
            self._print(network, found, ends)

    def _read(self, path: Path, kind: str) -> EdgeList:
        if not path.is_file():
            raise CommandError(f"There is no file {path}.", returncode=USAGE)
        try:
            return read_edge_list(path, kind)
        except (EdgeListRefused, WorkbookRefused) as refused:
            raise CommandError(str(refused)) from refused
        except OSError as error:
            raise CommandError(f"{path} cannot be read ({error.strerror}).") from error

    def _print(self, network: Network[str], found: dict[str, Any], ends: tuple[str, str] | None) -> None:
        """The figures of those through whom most passes, the communities, the paths."""
        standing = found["centrality"]
        say = self.stdout.write
        say(
            f"{len(network.nodes)} people, {network.edge_count} ties, {len(found['communities'])} communities"
        )
        say(f"{'degree':>11} {'closeness':>11} {'betweenness':>11}")
        through = sorted(
            standing, key=lambda name: [-(standing[name][key] or 0) for key in ("betweenness", "degree")]
        )
        for name in through[:SHOWN]:
            say(" ".join(f"{_figure(value):>11}" for value in standing[name].values()) + f"  {name}")
        if len(through) > SHOWN:
            say(f"… and {len(through) - SHOWN} more: --json")
        for group in found["communities"][:SHOWN]:
            say(f"together: {', '.join(group[:SHOWN])}{' …' if len(group) > SHOWN else ''}")
        if ends and not found["paths"]:
            say(f"Nothing leads from {ends[0]} to {ends[1]}.")
        for path in found["paths"]:
            say(f"path: {_line(path)}")
        if advice := found.get("advice"):
            self._print_advice(advice)

    def _print_advice(self, advice: dict[str, Any]) -> None:
        say = self.stdout.write
        if advice["second_best"]:
            say(f"second best: {_line(advice['second_best'])}")
        for path in advice["disjoint"]:
            say(f"sharing nobody: {_line(path)}")
        if advice["single_points"]:
            say(f"all depends on: {', '.join(advice['single_points'])}")
        if better := advice["improvement"]:
            say(
                f"work on: {better['from']} → {better['to']}, certain it would give {better['probability']:.4g}"
            )


def _person(network: Network[str], option: str, given: str) -> str:
    """The person of that name. Raises CommandError with those whose names are near."""
    name = cell_text(given)
    if name in network.positions:
        return name
    near = get_close_matches(name, network.nodes, n=3, cutoff=0.5)
    hint = f" Near: {', '.join(near)}." if near else " Write the name as in the file."
    raise CommandError(f"{option}: there is nobody called {name[:40]}.{hint}")


def _measures(of: Centrality) -> dict[str, float | None]:
    return {"degree": of.degree, "closeness": of.closeness, "betweenness": of.betweenness}


def _way(path: Way[str]) -> dict[str, Any]:
    return {"nodes": path.nodes, "probability": float(path.probability)}


def _advice(network: Network[str], source: str, target: str) -> dict[str, Any]:
    second = second_best_path(network, source, target)
    better = best_improvement(network, source, target)
    return {
        "second_best": _way(second) if second else None,
        "disjoint": [_way(path) for path in disjoint_paths(network, source, target)],
        "single_points": single_points(network, source, target),
        "improvement": better and {
            "from": better.edge.source, "to": better.edge.target, "probability": float(better.probability),
        },
    }  # fmt: skip


def _figure(value: float | None) -> str:
    return "—" if value is None else f"{value:.3f}"


def _line(path: dict[str, Any]) -> str:
    return f"{path['probability']:.4g}  {' → '.join(path['nodes'])}"
