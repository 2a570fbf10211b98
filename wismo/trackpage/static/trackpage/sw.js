// Shows the notes that the shop sends to this browser, and opens their page. Names: channels/webpush/vapid.py.
self.addEventListener("push", (event) => {
  const told = event.data ? event.data.json() : {};
  if (!told.title) return;
  const shown = { body: told.body, tag: told.tag, lang: told.lang, dir: told.dir, data: { url: told.url } };
  event.waitUntil(self.registration.showNotification(told.title, shown));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const url = event.notification.data?.url ?? "";
  if (/^https?:/.test(url)) event.waitUntil(self.clients.openWindow(url));
});
