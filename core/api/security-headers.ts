/** Response headers that keep browsers from doing more than was meant. */
import type { RemoteSources } from './contract/resources.ts';

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

/** Sources in a policy that let a frame load what the reader allowed. */
const REMOTE_CSP: Readonly<Record<RemoteSources, string>> = {
  none: '',
  loopback: ' http://127.0.0.1:* https://127.0.0.1:* http://localhost:* https://localhost:*',
  all: ' http: https:',
};

const contentCsp = (sandbox: string, remote: RemoteSources): string => {
  const more = REMOTE_CSP[remote];
  return [
    sandbox,
    "default-src 'none'",
    `img-src 'self' data:${more}`,
    `style-src 'unsafe-inline'${more}`,
    `font-src data:${more}`,
    ...(more === '' ? [] : [`media-src${more}`]),
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'self'",
  ].join('; ');
};

/**
 * For a message's HTML. `sandbox` makes the browser treat it as a stranger without scripts, forms or plug-ins, also
 * when it is opened directly; links may open outside of it then. Nothing is loaded from elsewhere unless the reader
 * asked for this message's remote content.
 */
export const messageCsp = (options: { readonly remote: RemoteSources }): string =>
  contentCsp('sandbox allow-popups allow-popups-to-escape-sandbox', options.remote);

/** For the page that is printed: our window may call its print dialog; still nothing runs in it. */
export const PRINT_CSP = contentCsp('sandbox allow-same-origin allow-modals', 'none');

/** For any other bytes of a message, should a browser show them: nothing runs, nothing loads. */
export const BYTES_CSP = "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'";
