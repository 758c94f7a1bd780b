/** Response headers that keep browsers from doing more than was meant. */

/** On everything. */
export const COMMON_HEADERS: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
};

/**
 * For our own pages. Style attributes are allowed because dialogs and lists are placed by them; inline style elements
 * and scripts are not.
 */
export const UI_CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "style-src-attr 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "frame-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** For pages without script, style or pictures: the list of calls, error texts. */
export const PLAIN_CSP = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/**
 * For a message's HTML. `sandbox` makes the browser treat it as a stranger without scripts, forms or plug-ins, also
 * when it is opened directly; links may open outside of it. Nothing is loaded from elsewhere unless the reader asked
 * for this message's remote images.
 */
export function messageCsp(options: { readonly remoteImages: boolean }): string {
  return [
    'sandbox allow-popups allow-popups-to-escape-sandbox',
    "default-src 'none'",
    `img-src 'self' data:${options.remoteImages ? ' https: http:' : ''}`,
    "style-src 'unsafe-inline'",
    'font-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'self'",
  ].join('; ');
}

/** For any other bytes of a message, should a browser show them: nothing runs, nothing loads. */
export const BYTES_CSP = "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'";
