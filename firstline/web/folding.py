"""Templates whose constant parts are put together once for each language, and not with every page.

Half of what a page draws is the same for everybody: text, icons, translated words, addresses of styles, scripts and
pages. When a template is loaded, each run of such parts becomes one piece; what a piece says is worked out the first
time it is drawn in a language.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.template import Context, NodeList, Template
from django.template.base import Node, TextNode, Variable
from django.template.defaulttags import CommentNode, IfNode, LoadNode, URLNode
from django.template.library import SimpleNode
from django.template.loaders import cached
from django.templatetags.i18n import TranslateNode
from django.templatetags.static import StaticNode
from django.urls import get_script_prefix
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from firstline.web.templatetags import frame

# Tags of our own whose result depends on what they are given, and on nothing else.
CONSTANT = frozenset({frame.icon})


class Loader(cached.Loader):
    """The cached loader, which folds each template once it is compiled."""

    def get_template(self, template_name: str, skip: Any = None) -> Template:
        """Return the template; raises TemplateDoesNotExist."""
        template: Template = super().get_template(template_name, skip)
        if not getattr(template, "folded", False):
            template.folded = True  # type: ignore[attr-defined]  # a mark of ours on what the cache keeps
            fold(template.nodelist)
        return template


def fold(nodes: NodeList) -> None:
    """Put each run of constant nodes into one, here and in all lists of nodes below."""
    nodes[:] = list(_folded(nodes))
    for node in nodes:
        for below in _lists_of(node):
            fold(below)


class Folded(Node):
    """Constant nodes as one; what they say differs by language only, and by where the desk is mounted."""

    child_nodelists = ()

    def __init__(self, nodes: list[Node]) -> None:
        self._nodes = nodes
        self._said: dict[tuple[str | None, str], SafeString] = {}

    def render(self, context: Context) -> SafeString:
        """Return what they say in the language of the page."""
        where = get_language(), get_script_prefix()
        said = self._said.get(where)
        if said is None:
            said = self._said[where] = mark_safe("".join(str(node.render(Context())) for node in self._nodes))
        return said


def _folded(nodes: Iterable[Node]) -> Iterator[Node]:
    run: list[Node] = []
    for node in nodes:
        if isinstance(node, LoadNode | CommentNode):
            continue  # says nothing
        if _is_constant(node):
            run.append(node)
            continue
        yield from _together(run)
        run = []
        yield node
    yield from _together(run)


def _together(run: list[Node]) -> list[Node]:
    texts = [node.s for node in run if isinstance(node, TextNode)]
    if len(texts) < len(run):
        return [Folded(run)]
    return [TextNode("".join(texts))] if len(texts) > 1 else run


def _is_constant(node: Node) -> bool:
    if isinstance(node, TextNode):
        return True
    if isinstance(node, StaticNode):
        return node.varname is None and _is_literal(node.path)
    if isinstance(node, TranslateNode):
        said = [node.filter_expression, *filter(None, [node.message_context])]
        return node.asvar is None and all(map(_is_literal, said))
    if isinstance(node, URLNode):
        return node.asvar is None and not node.args and not node.kwargs and _is_literal(node.view_name)
    if type(node) is SimpleNode and node.func in CONSTANT:
        return node.target_var is None and all(map(_is_literal, (*node.args, *node.kwargs.values())))
    return False


def _is_literal(expression: Any) -> bool:
    return not expression.filters and not (isinstance(expression.var, Variable) and expression.var.lookups)


def _lists_of(node: Node) -> Iterator[NodeList]:
    if isinstance(node, IfNode):
        yield from (nodes for _condition, nodes in node.conditions_nodelists)
        return
    for name in node.child_nodelists:
        below = getattr(node, name, None)
        if isinstance(below, NodeList):
            yield below
