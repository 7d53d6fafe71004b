/**
 * A form that a passkey fills in: the device is asked, its answer goes along in the field `credential`.
 *
 * <form method="post" data-island="accounts/passkey" data-options="{...}" data-quiet data-none="Nothing was sent.">
 *   <input type="hidden" name="credential"><button type="button" data-ask class="button js-only">Log in with a passkey</button>
 *   <p role="status"></p>
 * </form>
 *
 * The options are those of Web Authentication as JSON; with `user` in them a passkey is made, else one is shown. `data-quiet`: the
 * browser also offers its passkeys in the field for the e-mail address, without a click. `data-whole`: where the browser can do nothing
 * with passkeys the form goes away, and not its button alone. Without script the other ways in are there.
 */
type Ids = { id: string }[];

const bytes = (text: string): ArrayBuffer =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0)).buffer;
const text = (data: ArrayBuffer | null): string | undefined =>
  data
    ? btoa(String.fromCharCode(...new Uint8Array(data)))
        .replace(/\+/g, "-")
        .replace(/\//g, "_")
        .replace(/=+$/, "")
    : undefined;
const ids = (given: Ids | undefined) => (given ?? []).map((item) => ({ ...item, id: bytes(item.id) }));

/** Write an answer as the JSON that the server reads. */
function written(made: PublicKeyCredential): string {
  const response = made.response as AuthenticatorAttestationResponse & AuthenticatorAssertionResponse;
  return JSON.stringify({
    id: made.id,
    rawId: text(made.rawId),
    type: made.type,
    authenticatorAttachment: made.authenticatorAttachment,
    clientExtensionResults: made.getClientExtensionResults(),
    response: {
      clientDataJSON: text(response.clientDataJSON),
      attestationObject: text(response.attestationObject),
      authenticatorData: text(response.attestationObject ? null : response.authenticatorData),
      signature: text(response.signature),
      userHandle: text(response.userHandle),
    },
  });
}

export default function passkey(box: HTMLElement): (() => void) | undefined {
  const form = box as HTMLFormElement;
  const button = form.querySelector<HTMLButtonElement>("[data-ask]");
  if (!button || !window.PublicKeyCredential) {
    ("whole" in form.dataset ? form : button)?.remove();
    return;
  }
  const given = JSON.parse(form.dataset.options ?? "{}");
  let asking = new AbortController();

  const ask = (mediation?: "conditional"): Promise<Credential | null> => {
    asking.abort();
    asking = new AbortController();
    const options = { ...given, challenge: bytes(given.challenge) };
    if (given.user)
      return navigator.credentials.create({
        publicKey: {
          ...options,
          user: { ...given.user, id: bytes(given.user.id) },
          excludeCredentials: ids(given.excludeCredentials),
        },
        signal: asking.signal,
      });
    return navigator.credentials.get({
      publicKey: { ...options, allowCredentials: ids(given.allowCredentials) },
      signal: asking.signal,
      ...(mediation ? { mediation } : {}),
    });
  };

  const send = (made: Credential | null): void => {
    if (!made) return;
    form.querySelector<HTMLInputElement>("[name=credential]")!.value = written(made as PublicKeyCredential);
    form.requestSubmit();
  };

  button.addEventListener("click", async () => {
    if (!form.reportValidity()) return;
    const said = form.querySelector("[role=status]");
    if (said) said.textContent = "";
    try {
      send(await ask());
    } catch (error) {
      if (said && (error as Error).name !== "AbortError") said.textContent = form.dataset.none ?? "";
    }
  });

  if ("quiet" in form.dataset)
    void (async () => {
      // Older browsers have no such thing; then there is the button.
      if (await PublicKeyCredential.isConditionalMediationAvailable?.().catch(() => false)) {
        await ask("conditional").then(send, () => {});
      }
    })();
  return () => asking.abort();
}
