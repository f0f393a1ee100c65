// What a panel needs from the page and ipywidgets 8.1.9 does not give: a name for each slider, values
// that are read out without a tail of digits, and lists whose keys JupyterLab leaves alone.

const EVERY = 100; // milliseconds between two looks at the page
const LOOKS = 50; // the other widgets of the panel come up one after the other

// A slider has no accessible name, so it takes the text of its own label.
function nameSliders(panel) {
  for (const handle of panel.querySelectorAll("[role=slider]:not([aria-label])")) {
    const label = handle.closest(".widget-slider")?.querySelector("label");
    if (label) handle.setAttribute("aria-label", label.textContent);
  }
}

// JupyterLab takes arrow keys and letters away from a list that has the focus (two d's delete the
// cell), unless the list says otherwise.
function keepKeys(panel) {
  for (const list of panel.querySelectorAll("select")) list.dataset.lmSuppressShortcuts = true;
}

// A screen reader would say 2.5000000000000004 where a step ends at 2.5.
function tidyValue({ target }) {
  const said = target.getAttribute("aria-valuetext");
  const tidy = String(Number(Number(said).toPrecision(10)));
  if (said !== tidy) target.setAttribute("aria-valuetext", tidy);
}

function render({ el }) {
  const values = new MutationObserver((changes) => changes.forEach(tidyValue));
  let left = LOOKS;
  let watched = false;
  const timer = setInterval(() => {
    const panel = el.closest(".labkit-panel");
    if (panel) {
      nameSliders(panel);
      keepKeys(panel);
      if (!watched) values.observe(panel, { subtree: true, attributeFilter: ["aria-valuetext"] });
      watched = true;
    }
    left -= 1;
    if (left < 1) clearInterval(timer);
  }, EVERY);
  return () => {
    clearInterval(timer);
    values.disconnect();
  };
}

export default { render };
