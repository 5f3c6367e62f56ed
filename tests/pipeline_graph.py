"""dvc.yaml, the stage scripts and their imports in a form that tests can compare."""

import ast
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import grimp
import yaml

ROOT = Path(__file__).parent.parent
# Their values reach a stage through `params`, and the harness wraps every stage alike: an edit to
# a comment in them must not extract all features again.
# Nor must what the package itself offers by name, which is imported only when asked for.
HARNESS = {"potholes", "potholes.params", "potholes.params_file", "potholes.stage"}


@dataclass(frozen=True)
class Stage:
    """One block of dvc.yaml; `each` says that it is made for every backbone."""

    name: str
    each: bool
    cmd: str
    deps: list[str]
    params: list[str]
    outs: dict[str, dict[str, Any]]

    @property
    def script(self) -> Path:
        return ROOT / "stages" / f"{self.name}.py"

    @property
    def whole_file(self) -> bool:
        """Whether the stage runs again for any change of params.yaml."""
        return "params.yaml:" in self.params


@cache
def read_pipeline() -> dict[str, Stage]:
    """The stages of dvc.yaml by name."""
    blocks = yaml.safe_load((ROOT / "dvc.yaml").read_text(encoding="utf-8"))["stages"]
    return {name: _stage(name, block) for name, block in blocks.items()}


def _stage(name: str, block: dict[str, Any]) -> Stage:
    body = block.get("do", block)
    outs: dict[str, dict[str, Any]] = {}
    for kind in ("outs", "metrics", "plots"):
        for entry in body.get(kind, []):
            path, options = next(iter(entry.items())) if isinstance(entry, dict) else (entry, {})
            outs[path] = {"kind": kind, **(options or {})}
    params = [p if isinstance(p, str) else f"{next(iter(p))}:" for p in body.get("params", [])]
    return Stage(name, "foreach" in block, body["cmd"], body.get("deps", []), params, outs)


@cache
def _imports(external: bool = False) -> grimp.ImportGraph:
    return grimp.build_graph(
        "potholes",
        "stages",
        cache_dir=None,
        include_external_packages=external,
        exclude_type_checking_imports=external,
    )


def external_imports(module: str) -> set[str]:
    """Third-party packages that `module` or its sub-modules import, even indirectly."""
    upstream = _imports(external=True).find_upstream_modules(module, as_package=True)
    return {name for name in upstream if not name.startswith(("potholes", "stages"))} - set(
        sys.stdlib_module_names
    )


def library_files(script: str) -> set[str]:
    """Paths of the library files that stages.`script` imports, even indirectly or in a function.

    An `__init__.py` counts where it holds more than a docstring: it runs with its package.
    """
    found: set[str] = set()
    waiting = [f"stages.{script}"]
    while waiting:
        module = waiting.pop()
        for name in _imports().find_modules_directly_imported_by(module):
            news = {name, *_packages(name)} - found - HARNESS - {"stages"}
            found |= news
            waiting += sorted(news)
    paths = {module: _path(module) for module in found}
    return {path.relative_to(ROOT).as_posix() for path in paths.values() if _holds_code(path)}


def _packages(module: str) -> set[str]:
    parts = module.split(".")
    return {".".join(parts[:depth]) for depth in range(1, len(parts))}


def _path(module: str) -> Path:
    base = ROOT / "src" / Path(*module.split("."))
    return base / "__init__.py" if base.is_dir() else base.with_suffix(".py")


def _holds_code(path: Path) -> bool:
    body = parse(path).body
    return path.name != "__init__.py" or len(body) > (ast.get_docstring(parse(path)) is not None)


@cache
def parse(path: Path) -> ast.Module:
    """The syntax tree of a file."""
    return ast.parse(path.read_text(encoding="utf-8"))


def params_read(script: Path) -> tuple[set[str], bool]:
    """Dotted names that a stage reads from the whole `Params`, and whether it hands that on.

    The whole one is what `with stage() as params` yields and what a function takes as `Params`.
    """
    tree = parse(script)
    own = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    reads: set[str] = set()
    handed_on = False
    for scope in (node for node in ast.walk(tree) if _has_whole_params(node)):
        reads |= {name for node in ast.walk(scope) if (name := _dotted(node))}
        for call in (node for node in ast.walk(scope) if isinstance(node, ast.Call)):
            whole = any(isinstance(a, ast.Name) and a.id == "params" for a in call.args)
            handed_on |= whole and not (isinstance(call.func, ast.Name) and call.func.id in own)
    return {name for name in reads if not any(r.startswith(f"{name}.") for r in reads)}, handed_on


def _has_whole_params(node: ast.AST) -> bool:
    if isinstance(node, ast.With):
        return any(ast.unparse(item) == "stage() as params" for item in node.items)
    if isinstance(node, ast.FunctionDef):
        return any(ast.unparse(argument) == "params: Params" for argument in node.args.args)
    return False


def _dotted(node: ast.AST) -> str:
    """`a.b` for the expression params.a.b, else nothing."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.insert(0, node.attr)
        node = node.value
    return ".".join(parts) if isinstance(node, ast.Name) and node.id == "params" else ""


def attributes(paths: set[str]) -> set[str]:
    """Every name that stands after a dot in these files."""
    trees = [parse(ROOT / path) for path in paths]
    return {n.attr for tree in trees for n in ast.walk(tree) if isinstance(n, ast.Attribute)}
