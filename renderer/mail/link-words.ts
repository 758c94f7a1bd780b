/** A link as it is shown before it is followed: what matters of it, and what is odd about it. Pure. */

export interface ShownLink {
  readonly url: string;
  readonly title: string;
  readonly action: string;
  readonly before: string;
  /** What decides where it leads. */
  readonly host: string;
  readonly after: string;
  readonly warnings: readonly string[];
}

function warningsOf(url: URL): readonly string[] {
  const isNumeric = /^[\d.]+$/.test(url.hostname) || url.hostname.startsWith('[');
  return [
    ...(url.username !== '' || url.password !== ''
      ? ['What stands before the @ is a user name, not where it leads.']
      : []),
    ...(/(?:^|\.)xn--/.test(url.hostname)
      ? ['The name has letters of other alphabets: it may look like one that you know.']
      : []),
    ...(isNumeric ? ['It names a machine by its number.'] : []),
    ...(url.protocol === 'http:' ? ['It is not encrypted (http).'] : []),
  ];
}

const MAIL = { title: 'Write to this address?', action: 'Open the mail program' };
const CALL = { title: 'Call this number?', action: 'Open the telephone' };
const PAGE = { title: 'Open this link outside Sandpost?', action: 'Open' };

export function readLink(url: string): ShownLink {
  const [scheme = ''] = url.split(':', 1);
  const rest = url.slice(scheme.length + 1);
  if (scheme.toLowerCase() === 'mailto' || scheme.toLowerCase() === 'tel') {
    const [host = '', ...more] = rest.split('?');
    const after = more.length === 0 ? '' : `?${more.join('?')}`;
    const words = scheme.toLowerCase() === 'tel' ? CALL : MAIL;
    return { url, ...words, before: `${scheme}:`, host, after, warnings: [] };
  }
  if (!URL.canParse(url)) return { url, ...PAGE, before: '', host: url, after: '', warnings: [] };
  const parsed = new URL(url);
  const login = parsed.username === '' ? '' : `${parsed.username}${parsed.password === '' ? '' : ':…'}@`;
  return {
    url,
    ...PAGE,
    before: `${parsed.protocol}//${login}`,
    host: parsed.host,
    after: `${parsed.pathname}${parsed.search}${parsed.hash}`,
    warnings: warningsOf(parsed),
  };
}
