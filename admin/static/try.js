// Fetches new lines and the drawer, and records a voice; without it the page works by its forms and links.
(() => {
  "use strict";
  const chat = document.getElementById("chat");
  if (!chat) return;
  const drawer = document.getElementById("why");

  async function read(address) {
    const answer = await fetch(address);
    if (answer.status !== 200) return null;
    return new DOMParser().parseFromString(await answer.text(), "text/html").body;
  }

  async function refresh() {
    const list = chat.querySelector("ol");
    if (document.hidden || !list) return;
    const query = new URLSearchParams({ as: chat.dataset.as, seen: list.dataset.version });
    try {
      const fresh = (await read("/try/log?" + query))?.querySelector("ol");
      if (!fresh) return;
      list.replaceWith(fresh);
      await explain(new URLSearchParams({ as: chat.dataset.as }));
    } catch {
      // The service is restarting: the next round asks again.
    }
  }

  async function explain(query) {
    const body = drawer && (await read("/try/why?" + query));
    if (body) drawer.replaceChildren(...body.childNodes);
  }

  chat.addEventListener("click", (event) => {
    const link = event.target.closest("a.why");
    if (!link) return;
    explain(new URL(link.href).searchParams).catch(() => {});
    event.preventDefault();
    location.hash = "why";
  });

  async function send(player, blob) {
    const form = new FormData();
    form.append("as", player);
    form.append("kind", "voice");
    form.append("file", blob, "voice.webm");
    const answer = await fetch("/try/send", {
      method: "POST",
      body: form,
      headers: { Accept: "application/json" },
    });
    return answer.ok ? "" : (await answer.json()).error;
  }

  function recorder(button) {
    const words = button.textContent;
    const said = button.parentElement.querySelector("[data-recorded]");
    let running = null;
    button.hidden = false;
    button.addEventListener("click", async () => {
      if (running) {
        running.stop();
        return;
      }
      try {
        const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
        const parts = [];
        running = new MediaRecorder(stream);
        running.ondataavailable = (event) => parts.push(event.data);
        running.onstop = async () => {
          stream.getTracks().forEach((track) => track.stop());
          running = null;
          button.textContent = words;
          said.textContent = (await send(button.dataset.record, new Blob(parts))) || "发出去了。";
          refresh();
        };
        running.start();
        setTimeout(() => running?.stop(), 60000);
        button.textContent = "正在录，再按一下就发";
        said.textContent = "";
      } catch {
        running = null;
        said.textContent = "用不了话筒：请在浏览器里允许，或选一个录音文件。";
      }
    });
  }

  if (navigator.mediaDevices && window.MediaRecorder) {
    document.querySelectorAll("[data-record]").forEach(recorder);
  }
  setInterval(refresh, 1000);
})();
