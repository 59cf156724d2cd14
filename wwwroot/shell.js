// The little the frame of the portal needs in the browser itself.
window.portalShell = {
  // The cookie lets the server draw the right colours from the first byte on.
  setTheme(choice) {
    document.documentElement.dataset.theme = choice;
    const secure = location.protocol === "https:" ? "; secure" : "";
    document.cookie = `theme=${choice}; path=/; max-age=31536000; samesite=lax${secure}`;
  }
};

// A link in a popover leads away from it; Blazor's navigation keeps the document, so it has to be closed by hand.
document.addEventListener("click", event => {
  const link = event.target.closest?.("[popover] a[href]");
  link?.closest("[popover]").hidePopover();
});

// Blazor's router would take the skip link for a navigation and leave the focus where it was.
document.addEventListener("click", event => {
  if (event.target.closest?.(".skip-link")) {
    event.preventDefault();
    document.getElementById("main")?.focus();
  }
}, true);

// Copies the value of the field a button names.
document.addEventListener("click", async event => {
  const button = event.target.closest?.("[data-copy]");
  if (button) {
    const field = document.getElementById(button.dataset.copy);
    field.select();
    await navigator.clipboard.writeText(field.value);
    button.textContent = "Copied";
  }
});
