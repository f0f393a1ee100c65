"""The look of the rendered course, without anything from a network."""

CSS = """
:root { color-scheme: light dark; --ink: #1b1b1b; --paper: #fff; --soft: #f3f4f6;
  --line: #c9ccd1; --link: #0b57a4; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e6e6; --paper: #16181b;
  --soft: #23272c; --line: #4a5058; --link: #8ec5ff; } }
body { margin: 0 auto; max-width: 50rem; padding: 1rem; color: var(--ink);
  background: var(--paper); font: 1rem/1.55 system-ui, sans-serif; }
a { color: var(--link); }
pre { background: var(--soft); padding: .6rem .8rem; overflow-x: auto; border-radius: .3rem; }
code, pre { font: .9em/1.45 ui-monospace, monospace; }
.output pre { background: none; border-left: 3px solid var(--line); }
img { max-width: 100%; height: auto; background: #fff; border-radius: .3rem; }
@media (prefers-color-scheme: dark) { img { filter: brightness(.9); padding: .4rem;
  box-sizing: border-box; } }
svg[role=img] { display: block; margin: .8rem 0; }
nav { display: flex; flex-wrap: wrap; gap: .3rem 1.5rem; margin: .5rem 0 1rem; }
nav a[rel=next] { margin-left: auto; }
#hits { padding-left: 1.2rem; }
#hits li { margin: .4rem 0; font-size: .95rem; }
.h3 { margin-left: 1.2rem; }
.note { border-left: 3px solid var(--link); padding: .2rem .8rem; background: var(--soft); }
table { border-collapse: collapse; display: block; overflow-x: auto; }
th, td { border: 1px solid var(--line); padding: .25rem .6rem; text-align: left; }
details { border: 1px solid var(--line); border-radius: .3rem; padding: .3rem .8rem; }
.formula { overflow-x: auto; margin: 1rem 0; }
input[type=search] { font: inherit; width: 100%; box-sizing: border-box; padding: .4rem; }
"""


def code_colours() -> str:
    """Colours of Python code on light and on dark paper."""
    from pygments.formatters import HtmlFormatter

    light = HtmlFormatter(style="default").get_style_defs(".highlight")
    dark = HtmlFormatter(style="github-dark").get_style_defs(".highlight")
    return f"{light}\n@media (prefers-color-scheme: dark) {{\n{dark}\n}}"


def page(title: str, body: str, script: str = "") -> str:
    """A whole HTML page; `title` and `body` are HTML already.

    script: the name of a script file beside the page, which is loaded last
    """
    code = f'<script src="{script}"></script>' if script else ""
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>{CSS}{code_colours()}</style>\n</head>\n"
        f"<body>\n{body}\n{code}</body>\n</html>\n"
    )
