// Says that something waits: in the title, as a notification that was asked for, with a sound where it is on.
(() => {
  "use strict";

  const title = document.title;
  let waiting = 0;

  function number(task) {
    return "R-" + String(task).padStart(4, "0");
  }

  function words(task) {
    if (task < 0) return "有人看过居民的姓名、电话，或者导出过表格，请看一眼";
    return task ? "有一件事等您接 " + number(task) : "这是一条测试通知，不用处理。";
  }

  function mark() {
    waiting += 1;
    document.title = "（" + waiting + "）" + title;
  }

  function pop(task) {
    if (!("Notification" in window) || Notification.permission !== "granted") return;
    const shown = new Notification("小司工作台", { body: words(task), tag: "task-" + task });
    shown.addEventListener("click", () => {
      window.focus();
      if (task) location.href = task < 0 ? "/admin/reveals" : "/admin/tasks/" + task;
      shown.close();
    });
  }

  async function ring() {
    try {
      const answer = await fetch("/admin/alerts/sound", { headers: { Accept: "application/json" } });
      if (!answer.ok || !(await answer.json()).sound) return;
      const sound = new AudioContext();
      await sound.resume();
      for (const [start, pitch] of [[0, 880], [0.22, 1175]]) {
        const tone = sound.createOscillator();
        const loud = sound.createGain();
        tone.frequency.value = pitch;
        loud.gain.setValueAtTime(0.2, sound.currentTime + start);
        loud.gain.exponentialRampToValueAtTime(0.001, sound.currentTime + start + 0.2);
        tone.connect(loud).connect(sound.destination);
        tone.start(sound.currentTime + start);
        tone.stop(sound.currentTime + start + 0.2);
      }
      setTimeout(() => sound.close(), 1000);
    } catch {
      // No net, or a browser that lets nothing sound before a press: title and notification stay.
    }
  }

  document.addEventListener("xiaosi:alert", (event) => {
    const task = Number(event.detail.task) || 0;
    mark();
    pop(task);
    ring();
  });
  window.addEventListener("focus", () => {
    waiting = 0;
    document.title = title;
  });

  // -- the press that lets the browser ask --------------------------------------------------------
  const ask = document.querySelector("[data-alert-ask]");
  const state = document.querySelector("[data-alert-state]");

  function tell() {
    if (!ask || !state) return;
    const able = "Notification" in window && window.isSecureContext;
    ask.hidden = !able || Notification.permission !== "default";
    if (!able) state.textContent = "这个浏览器，或者这个网址（要 https），弹不了提醒。标题上的提醒还在。";
    else if (Notification.permission === "granted") state.textContent = "这台电脑会弹出提醒。不要了，在浏览器的网站设置里关掉。";
    else if (Notification.permission === "denied") state.textContent = "浏览器里不让弹。想要的话，在浏览器的网站设置里打开。";
    else state.textContent = "这台电脑还没有问过。";
  }

  if (ask) {
    ask.addEventListener("click", async () => {
      await Notification.requestPermission();
      tell();
    });
  }
  tell();
})();
