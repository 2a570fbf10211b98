// Shows a text anew while it is written. Without this, the "Show" button does the same.
for (const form of document.querySelectorAll("form[data-live]")) {
  const show = form.querySelector("button[data-live]");
  let timer = 0;
  const again = () => {
    const frame = document.getElementsByName(show.formTarget)[0];
    // A new frame each time, so that "back" leads to the page before and not to the text before.
    const fresh = frame.cloneNode();
    fresh.removeAttribute("src");
    frame.replaceWith(fresh);
    form.requestSubmit(show);
  };
  form.addEventListener("input", (event) => {
    if (event.target.name === "to" || event.target.id === "t-wide") return;
    clearTimeout(timer);
    timer = setTimeout(again, 350);
  });
}
