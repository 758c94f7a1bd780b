/**
 * Bytes have URLs, the same path over HTTP and over the app's own scheme:
 *
 *   /resource/message/ID/source       the bytes that came in, as text; ?download: message/rfc822 as an attachment;
 *                                     ?first=BYTES only the first of them
 *   /resource/message/ID/delivered    the delivered form (?mailbox=NAME: with what the agent put in front)
 *   /resource/message/ID/html         the HTML part for the sandboxed frame, cid: pointing at part URLs, under a CSP;
 *                                     ?remote=loopback or all, when the reader asked for it, lets it load;
 *                                     ?scheme=dark shows the mail's own dark mode; ?view=NAME: links are asked about
 *   /resource/message/ID/print        the message as one page for the printer
 *   /resource/message/ID/attachments  everything attached, a ZIP archive
 *   /resource/message/ID/part/NUMBER  one part, decoded; ?download names it safely; ?raw gives it as it stands
 *   /resource/message/ID/screenshot   a picture of it (?width=PIXELS), where the host can draw one
 *   /resource/link                    where the frame's links lead: nothing is opened, the window is told (event `link`)
 *
 * ?inside=2,1.3 on any of a message's: the message that is part 1.3 of the message that is part 2.
 */
export type ResourceKind = 'source' | 'delivered' | 'html' | 'print' | 'attachments';
/** What only some hosts serve. */
export type HostResourceKind = 'screenshot';

/** A stored message, or by part numbers from the outside in one that it carries; '' is the stored one itself. */
export interface MessageAt {
  readonly id: number;
  readonly inside: string;
}

export const storedMessage = (id: number): MessageAt => ({ id, inside: '' });

/** Which remote content a message's HTML may load. */
export const REMOTE_SOURCES = ['none', 'loopback', 'all'] as const;
export type RemoteSources = (typeof REMOTE_SOURCES)[number];

type Query = Readonly<Record<string, string | number | undefined>>;

function withQuery(path: string, query: Query): string {
  const words = Object.entries(query)
    .filter(([, value]) => value !== undefined && value !== '')
    .map(([name, value]) => `${name}=${encodeURIComponent(value ?? '')}`);
  return words.length === 0 ? path : `${path}?${words.join('&')}`;
}

export function messageUrl(
  { id, inside }: MessageAt,
  kind: ResourceKind | HostResourceKind,
  query: Query = {},
): string {
  return withQuery(`/resource/message/${id}/${kind}`, { inside, ...query });
}

export function partUrl({ id, inside }: MessageAt, number: string, query: Query = {}): string {
  return withQuery(`/resource/message/${id}/part/${number === '' ? '0' : number}`, { inside, ...query });
}

export const linkUrl = (query: Query): string => withQuery('/resource/link', query);
