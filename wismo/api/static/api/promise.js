// Shows when an order would arrive, where the shop's page has
//   <div data-wismo-promise="https://…/v1/promise" data-shop="pk_…" data-country="DE" data-postcode="80331"></div>
// Plain elements without styles: the page's own stylesheet dresses .wismo-promise-day and .wismo-promise-order.
// Changing data-country, -region, -postcode, -service or -sku asks anew. data-day, -range and -order are other words.
{
  const WORDS = {
    ar: ["يصل بحلول {day}", "يصل: {day}", "عند الطلب قبل {time}"],
    de: ["Lieferung bis {day}", "Lieferung: {day}", "Bei Bestellung bis {time}"],
    en: ["Arrives by {day}", "Arrives {day}", "If you order by {time}"],
    es: ["Llega a más tardar el {day}", "Llega: {day}", "Si lo pides antes de: {time}"],
    fr: ["Livraison au plus tard le {day}", "Livraison : {day}", "Si vous commandez avant : {time}"],
    hi: ["{day} तक पहुँचेगा", "पहुँचेगा: {day}", "{time} तक ऑर्डर करने पर"],
    id: ["Tiba paling lambat {day}", "Tiba: {day}", "Jika dipesan sebelum {time}"],
    it: ["Consegna entro {day}", "Consegna: {day}", "Ordinando entro: {time}"],
    ja: ["{day}までにお届け", "{day}にお届け", "{time}までのご注文で"],
    ko: ["{day}까지 도착", "{day} 도착", "{time}까지 주문 시"],
    nl: ["Uiterlijk {day} bezorgd", "Bezorgd: {day}", "Bij bestelling vóór {time}"],
    pl: ["Dostawa najpóźniej: {day}", "Dostawa: {day}", "Przy zamówieniu do: {time}"],
    pt: ["Chega até {day}", "Chega: {day}", "Para pedidos feitos até: {time}"],
    th: ["ถึงภายใน {day}", "ถึง {day}", "เมื่อสั่งซื้อก่อน {time}"],
    tr: ["En geç {day} teslim edilir", "Teslimat: {day}", "Şu saate kadar sipariş verirseniz: {time}"],
    vi: ["Giao chậm nhất {day}", "Giao: {day}", "Nếu đặt hàng trước {time}"],
    "zh-Hans": ["最晚{day}送达", "{day}送达", "{time}前下单"],
    "zh-Hant": ["最晚{day}送達", "{day}送達", "{time}前下單"],
  };
  const ASKED = ["shop", "country", "region", "postcode", "service", "place"];

  for (const place of document.querySelectorAll("[data-wismo-promise]")) {
    const told = place.dataset;
    const language = place.closest("[lang]")?.lang || navigator.language;
    const { language: short, script } = new Intl.Locale(language).maximize();
    const words = WORDS[short] ?? WORDS[`${short}-${script}`] ?? WORDS.en;
    const day = new Intl.DateTimeFormat(language, { weekday: "long", day: "numeric", month: "long", timeZone: "UTC" });
    const span = new Intl.DateTimeFormat(language, { weekday: "short", day: "numeric", month: "short", timeZone: "UTC" });
    const time = new Intl.DateTimeFormat(language, { weekday: "long", hour: "numeric", minute: "2-digit" });
    let asked = 0;

    const line = (kind, sentence, name, value) => {
      const text = sentence.replace(`{${name}}`, value);
      return text ? [Object.assign(document.createElement("p"), { className: `wismo-promise-${kind}`, textContent: text })] : [];
    };

    const shown = ({ earliest, latest, order_by: by }) => {
      if (!latest) return [];
      const [from, to] = [new Date(earliest), new Date(latest)]; // midnight in UTC, as they are written out
      const date = earliest === latest
        ? line("day", told.day ?? words[0], "day", day.format(to))
        : line("day", told.range ?? words[1], "day", span.formatRange(from, to));
      return by ? [...date, ...line("order", told.order ?? words[2], "time", time.format(new Date(by)))] : date;
    };

    const carried = (id) =>
      id && told.name ? [Object.assign(document.createElement("input"), { type: "hidden", name: told.name, value: id })] : [];

    const ask = async () => {
      const turn = (asked += 1);
      const query = new URLSearchParams();
      for (const name of ASKED) if (told[name]) query.set(name, told[name]);
      for (const sku of told.sku?.split(",") ?? []) query.append("sku", sku.trim());
      const answer = await fetch(`${told.wismoPromise}?${query}`, { credentials: "omit" })
        .then((found) => (found.ok ? found.json() : {}))
        .catch(() => ({})); // a shop's page goes on without it
      if (turn !== asked) return; // another destination was asked for meanwhile
      place.replaceChildren(...shown(answer), ...carried(answer.id));
      place.hidden = !answer.latest;
      place.dispatchEvent(new CustomEvent("wismo-promise", { bubbles: true, detail: answer }));
    };

    new MutationObserver(ask).observe(place, { attributeFilter: [...ASKED, "sku"].map((name) => `data-${name}`) });
    ask();
  }
}
