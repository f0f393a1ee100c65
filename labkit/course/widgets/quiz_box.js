// The questions of a quiz: a choice is answered at once, with its reason, and the kernel keeps it.

function element(kind, values, ...inside) {
  const made = Object.assign(document.createElement(kind), values);
  made.append(...inside);
  return made;
}

function choices(question, name, choose) {
  return question.choices.map(({ says }, place) => {
    const button = element("input", { type: "radio", name, value: place });
    button.dataset.lmSuppressShortcuts = true; // or JupyterLab's keys act: two d's delete the cell
    button.addEventListener("change", () => choose(place));
    return element("label", {}, button, says);
  });
}

function asked(question, place, name, tell) {
  const answer = element("p", {});
  answer.setAttribute("role", "status");
  const choose = (choice) => {
    const { right, why } = question.choices[choice];
    answer.dataset.right = right;
    answer.textContent = `${right ? "✓ Right." : "✗ Not so."} ${why}`;
    tell(choice);
  };
  const legend = element("legend", {}, `${place + 1}. ${question.asks}`);
  return element("fieldset", {}, legend, ...choices(question, name, choose), answer);
}

function render({ model, el }) {
  el.classList.add("labkit-box", "labkit-quiz");
  const own = `labkit-${Math.random()}`;
  model.get("questions").forEach((question, place) => {
    const tell = (choice) => model.send({ question: place, choice });
    el.append(asked(question, place, `${own}-${place}`, tell));
  });
}

export default { render };
