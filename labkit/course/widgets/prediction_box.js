// A box for a prediction: a number to type, or one of some choices. The kernel keeps it and answers
// in one line.

function element(kind, values, ...inside) {
  const made = Object.assign(document.createElement(kind), values);
  made.append(...inside);
  return made;
}

function keep(model, said) {
  model.send({ said });
}

// A text field, since a number field refuses a decimal comma without a word.
function typed(model) {
  const field = element("input", { type: "text", inputMode: "decimal", autocomplete: "off" });
  field.addEventListener("change", () => keep(model, field.value));
  field.addEventListener("keydown", ({ key }) => {
    if (key === "Enter") keep(model, field.value); // also where nothing has changed since
  });
  const show = () => (field.value = model.get("said"));
  const button = element("button", { type: "button" }, "Keep");
  button.dataset.lmSuppressShortcuts = true;
  button.addEventListener("click", () => keep(model, field.value));
  const label = element("label", {}, "your number ", field, ` ${model.get("unit")}`);
  return [[label, button], show];
}

function chosen(model, name) {
  const buttons = model.get("options").map((value) => {
    const button = element("input", { type: "radio", name, value });
    button.dataset.lmSuppressShortcuts = true; // or JupyterLab's keys act: two d's delete the cell
    button.addEventListener("change", () => keep(model, value));
    return button;
  });
  const show = () => buttons.forEach((one) => (one.checked = one.value === model.get("said")));
  return [buttons.map((one) => element("label", {}, one, one.value)), show];
}

function render({ model, el }) {
  el.classList.add("labkit-box");
  const name = `labkit-${Math.random()}`;
  const [parts, showSaid] = model.get("options").length ? chosen(model, name) : typed(model);
  const says = element("p", {});
  says.setAttribute("role", "status");
  const legend = element("legend", {}, `Predict: ${model.get("asks")}`);
  const inputs = element("fieldset", {}, legend, ...parts);
  el.append(inputs, says);
  const show = () => {
    showSaid();
    says.textContent = model.get("says");
    inputs.disabled = model.get("locked");
  };
  show();
  model.on("change", show);
  return () => model.off("change", show);
}

export default { render };
