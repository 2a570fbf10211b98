// Offers notes of an order in this browser. Without JavaScript, or where a browser cannot, nothing is shown.
const box = document.querySelector("[data-push]");

if (box && "serviceWorker" in navigator && "PushManager" in window && "Notification" in window) {
  const { push, key, worker, scope, csrf } = box.dataset;
  const [note, button] = [box.querySelector("[role=status]"), box.querySelector("button")];

  const show = (state, said = state) => {
    box.hidden = box.closest("section").hidden = false;
    note.textContent = note.dataset[said];
    button.querySelector("span").textContent = button.dataset[state];
    button.hidden = said === "blocked";
    button.disabled = false;
    button.dataset.state = state;
  };

  const tell = async (body) => {
    const answer = await fetch(push, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": csrf },
      body: JSON.stringify({ ...body, language: document.documentElement.lang }),
    });
    if (!answer.ok) throw new Error(`${answer.status}`);
  };

  const active = async (registration) => {
    const coming = registration.installing || registration.waiting;
    if (!registration.active && coming) {
      await new Promise((done) => coming.addEventListener("statechange", () => coming.state === "activated" && done()));
    }
    return registration;
  };

  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));

  const start = async () => {
    if ((await Notification.requestPermission()) === "denied") return show("off", "blocked");
    const registration = await active(await navigator.serviceWorker.register(worker, { scope }));
    const options = { userVisibleOnly: true, applicationServerKey: bytes(key) };
    const subscription = await registration.pushManager.subscribe(options).catch(async () => {
      // One made with an older key of the shop's stands in the way.
      await (await registration.pushManager.getSubscription())?.unsubscribe();
      return registration.pushManager.subscribe(options);
    });
    await tell(subscription.toJSON());
    show("on");
  };

  const stop = async () => {
    const registration = await navigator.serviceWorker.getRegistration(scope);
    const subscription = await registration?.pushManager.getSubscription();
    if (subscription) {
      await tell({ endpoint: subscription.endpoint, off: true });
      await subscription.unsubscribe();
    }
    show("off");
  };

  button.addEventListener("click", async () => {
    const { state } = button.dataset;
    button.disabled = true;
    try {
      await (state === "on" ? stop() : start());
    } catch {
      show(state, "failed");
    }
  });

  (async () => {
    if (Notification.permission === "denied") return show("off", "blocked");
    const registration = await navigator.serviceWorker.getRegistration(scope);
    // One further up may answer for an address below it.
    const ours = registration && new URL(registration.scope).pathname === scope;
    show(ours && (await registration.pushManager.getSubscription()) ? "on" : "off");
  })();
}
