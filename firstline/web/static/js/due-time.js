// <due-time at="instant" from="instant">: lets the clock that the server drew tick on.

const words = JSON.parse(document.querySelector('meta[name="clock-words"]')?.content || "{}");
const clocks = new Set();
let timer;

class DueTime extends HTMLElement {
  connectedCallback() {
    clocks.add(this);
    this.tick();
    timer ??= setInterval(() => clocks.forEach((clock) => clock.tick()), 15_000);
  }

  disconnectedCallback() {
    clocks.delete(this);
    if (clocks.size) return;
    clearInterval(timer);
    timer = undefined;
  }

  tick() {
    const due = Date.parse(this.getAttribute("at"));
    const began = Date.parse(this.getAttribute("from"));
    if (Number.isNaN(due) || !words.left) return;
    const gap = due - Date.now();
    const share = gap <= 0 ? 0 : Number.isNaN(began) || due <= began ? 100 : clamp((100 * gap) / (due - began));
    this.dataset.tone = gap <= 0 ? "late" : gap <= 1_800_000 || share <= 20 ? "soon" : "well";
    const text = this.querySelector("span");
    const said = (gap < 0 ? words.overdue : words.left).replace("%(time)s", span(Math.abs(gap)));
    if (text && text.textContent !== said) text.textContent = said;
    this.querySelector("circle + circle")?.setAttribute("stroke-dasharray", `${Math.round(share)} 100`);
  }
}
customElements.define("due-time", DueTime);

function clamp(percent) {
  return Math.max(1, Math.min(100, percent));
}

/** The two largest units, as wording.span says them on the server. */
function span(milliseconds) {
  const minutes = Math.floor(milliseconds / 60_000);
  const days = Math.floor(minutes / 1440);
  const hours = Math.floor((minutes % 1440) / 60);
  const put = (word, n) => word.replace("%(n)s", n);
  if (days) return put(words.day, days) + (hours && days < 10 ? ` ${put(words.hour, hours)}` : "");
  if (hours) return put(words.hour, hours) + (minutes % 60 && hours < 10 ? ` ${put(words.minute, minutes % 60)}` : "");
  return minutes ? put(words.minute, minutes) : words.moment;
}
