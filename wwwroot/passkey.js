// Passkeys: the browser talks to the authenticator, the form carries what it said.
async function ask(button) {
  const form = button.closest("form");
  const problem = form.querySelector("[data-passkey-problem]");
  problem.hidden = true;
  try {
    const creates = button.dataset.passkey === "create";
    const answer = await fetch(button.dataset.options, { method: "POST", body: new FormData(form), credentials: "same-origin" });
    if (!answer.ok) {
      throw new Error("The portal did not begin. Reload the page and try again.");
    }

    const options = await answer.json();
    const credential = creates
      ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
      : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
    form.elements.credential.value = JSON.stringify(credential);
    form.submit();
  } catch (error) {
    problem.textContent = error.name === "NotAllowedError" ? "Nothing was chosen, or it took too long." : error.message;
    problem.hidden = false;
  }
}

for (const button of document.querySelectorAll("[data-passkey]")) {
  if (!window.PublicKeyCredential) {
    button.disabled = true;
    button.title = "This browser knows no passkeys.";
  }

  button.addEventListener("click", () => ask(button));
}
