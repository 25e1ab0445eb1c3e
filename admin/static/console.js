// Makes the console quicker; without it every page works by its forms and links.
(() => {
  "use strict";

  // -- what changed meanwhile: said, never moved under the pointer ------------------------------
  const bar = document.querySelector("[data-live]");
  const fresh = new Map();

  function told(event) {
    const { task, kind } = JSON.parse(event.data);
    if (!bar || !(task > 0)) return;
    if (bar.dataset.live === "task" && String(task) !== bar.dataset.task) return;
    if (bar.dataset.live === "task" && kind === "moved") return say("这一件有了变化，");
    if (bar.dataset.live === "task") return say(kind === "wrote" ? "对方又写了，" : "这一件有了新动静，");
    const known = Boolean(document.querySelector(`[data-task="${task}"]`));
    if (!known && (kind === "ended" || (kind === "wrote" && !fresh.has(task)))) return;
    fresh.set(task, known);
    const changed = [...fresh.values()].filter(Boolean).length;
    const news = fresh.size - changed;
    say([news && `有 ${news} 件新的`, changed && `有 ${changed} 件变了`].filter(Boolean).join("，") + "，");
  }

  function say(words) {
    bar.hidden = false;
    const link = bar.querySelector("[data-fresh]");
    while (link.previousSibling) link.previousSibling.remove();
    link.before(words);
  }

  function over() {
    if (!bar) return;
    bar.hidden = false;
    bar.classList.add("warn");
    const link = bar.querySelector("[data-fresh]");
    link.textContent = "再登录，接着办";
    link.href = "/admin/signin?next=" + encodeURIComponent(location.pathname);
    say("30 分钟没有动，已经退出；您写的存下了。");
  }

  if (window.EventSource && document.querySelector(".side")) {
    const since = bar ? "?since=" + bar.dataset.since : "";
    const stream = new EventSource("/admin/live" + since);
    stream.addEventListener("tasks", told);
    stream.addEventListener("task", told);
    stream.addEventListener("alert", (event) => {
      document.dispatchEvent(new CustomEvent("xiaosi:alert", { detail: JSON.parse(event.data) }));
      told(event);
    });
    stream.addEventListener("over", () => {
      stream.close();
      over();
    });
    addEventListener("pagehide", () => stream.close());
  }

  // -- the draft: kept on the server while one writes -------------------------------------------
  const composer = document.getElementById("composer");
  const text = document.getElementById("reply");
  let kept = text ? text.value : "";

  function count() {
    const place = document.querySelector("[data-count]");
    if (place) place.textContent = text.value ? `${[...text.value].length} 字，` : "";
  }

  async function keep() {
    if (text.value === kept) return;
    const now = text.value;
    try {
      const answer = await fetch(composer.dataset.draft, { method: "POST", body: new FormData(composer) });
      if (answer.ok) kept = now;
      else if (answer.status === 401) over();
    } catch {
      // The net is away: the text stays on the page, and the next change tries again.
    }
  }

  if (composer && text) {
    let timer = 0;
    text.addEventListener("input", () => {
      count();
      clearTimeout(timer);
      timer = setTimeout(keep, 1500);
    });
    addEventListener("pagehide", () => {
      if (text.value !== kept) navigator.sendBeacon(composer.dataset.draft, new FormData(composer));
    });
    composer.addEventListener("submit", () => {
      kept = text.value;
    });
    count();
  }

  // -- what changed is fetched: an address that differs only behind its # would load nothing -----
  document.addEventListener("click", async (event) => {
    const link = event.target.closest("[data-fresh]");
    if (!link || link.pathname !== location.pathname || link.search !== location.search) return;
    event.preventDefault();
    if (text) await keep();
    history.replaceState(null, "", link.href);
    location.reload();
  });

  // -- one press puts something ready into the reply ---------------------------------------------
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-put], [data-put-from]");
    if (!button || !text) return;
    event.preventDefault();
    const from = button.dataset.putFrom && document.getElementById(button.dataset.putFrom);
    const words = from ? from.selectedOptions[0].dataset.text : button.dataset.put;
    if (!words) return from.focus();
    text.value = [text.value.trim(), words].filter(Boolean).join("\n");
    text.dispatchEvent(new Event("input"));
    if (!from) button.textContent = "已" + button.textContent.replace(/^已/, "");
    text.focus();
  });

  // -- keyboard: j and k go along the list, Enter opens, / finds ---------------------------------
  document.addEventListener("keydown", (event) => {
    const busy = event.target.closest("input, textarea, select");
    if (busy || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "/") {
      const field = document.getElementById("q");
      if (!field) return;
      event.preventDefault();
      return field.focus();
    }
    if (event.key !== "j" && event.key !== "k") return;
    const rows = [...document.querySelectorAll(".task .title, .task.now button")].filter(
      (one) => one.matches("a, button") && !(one.matches("a") && one.closest(".task.now")),
    );
    if (!rows.length) return;
    const at = rows.findIndex((one) => one.closest(".task").contains(document.activeElement));
    const next = event.key === "j" ? Math.min(at + 1, rows.length - 1) : Math.max(at - 1, 0);
    event.preventDefault();
    rows[next].focus();
    rows[next].scrollIntoView({ block: "nearest" });
  });
})();
