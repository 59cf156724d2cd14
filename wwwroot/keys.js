// Keys that act everywhere: the palette, the list of keys, and the letters that lead to pages.
(() => {
  const goWithin = 1500;
  let goAt = 0;

  const byId = id => document.getElementById(id);
  const singleKeysAct = () => localStorage.getItem("single-keys") !== "off";
  const isTyping = element => element?.closest?.("input, textarea, select, [contenteditable='true']") != null;
  const somethingIsOpen = () => document.querySelector("dialog[open], .mud-dialog, .mud-popover-open") !== null;

  function openPalette() {
    const palette = byId("palette");
    if (!palette || palette.open) {
      return;
    }
    palette.showModal();
    const text = palette.querySelector("input");
    text.value = "";
    text.dispatchEvent(new Event("input", { bubbles: true }));
    choose(0);
  }

  function openShortcuts() {
    const shortcuts = byId("shortcuts");
    if (shortcuts && !shortcuts.open) {
      shortcuts.querySelector("[data-single-keys]").checked = singleKeysAct();
      shortcuts.showModal();
    }
  }

  // Which answer is chosen is known here alone: the server need not be asked to move down a line.
  function choose(index) {
    const palette = byId("palette");
    const options = [...palette.querySelectorAll("[role=option]")];
    const chosen = options.length === 0 ? -1 : (index + options.length) % options.length;
    options.forEach((option, place) => option.setAttribute("aria-selected", place === chosen ? "true" : "false"));
    const input = palette.querySelector("input");
    if (chosen < 0) {
      input.removeAttribute("aria-activedescendant");
    } else {
      input.setAttribute("aria-activedescendant", options[chosen].id);
      options[chosen].scrollIntoView({ block: "nearest" });
    }
  }

  function inPalette(event) {
    const options = [...byId("palette").querySelectorAll("[role=option]")];
    const chosen = options.findIndex(option => option.getAttribute("aria-selected") === "true");
    switch (event.key) {
      case "ArrowDown": choose(chosen + 1); break;
      case "ArrowUp": choose(chosen - 1); break;
      case "Enter": options[Math.max(0, chosen)]?.click(); break;
      default: return;
    }
    event.preventDefault();
  }

  function single(event) {
    if (event.key === "?") {
      openShortcuts();
    } else if (event.key === "/") {
      document.querySelector("[role=search] input")?.focus();
    } else if (event.key === "g") {
      goAt = Date.now();
      return;
    } else if (Date.now() - goAt < goWithin && /^[a-z]$/.test(event.key)) {
      document.querySelector(`[data-go="${event.key}"]`)?.click();
    } else {
      return;
    }
    goAt = 0;
    event.preventDefault();
  }

  document.addEventListener("keydown", event => {
    const isPalette = event.target.closest?.("#palette") != null;
    if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k") {
      event.preventDefault();
      if (!somethingIsOpen()) {
        openPalette();
      }
    } else if (isPalette) {
      inPalette(event);
    } else if (!event.ctrlKey && !event.metaKey && !event.altKey && !isTyping(event.target) && !somethingIsOpen() && singleKeysAct()) {
      single(event);
    }
  });

  // New answers begin with the first one chosen.
  new MutationObserver(changes => {
    if (changes.some(change => change.target.nodeType === 1 && change.target.closest("#palette-list")) && byId("palette")?.open) {
      choose(0);
    }
  }).observe(document.documentElement, { childList: true, subtree: true });

  document.addEventListener("click", event => {
    if (event.target.closest?.("[data-open-palette]")) {
      openPalette();
    } else if (event.target.closest?.("[data-open-shortcuts]")) {
      openShortcuts();
    } else if (event.target.closest?.("dialog a[href], dialog [data-close]")) {
      event.target.closest("dialog").close();
    } else if (event.target.matches?.("dialog.palette[open], dialog.shortcuts[open]")) {
      event.target.close();
    }
  });

  document.addEventListener("change", event => {
    if (event.target.matches?.("[data-single-keys]")) {
      localStorage.setItem("single-keys", event.target.checked ? "on" : "off");
    }
  });
})();
