/**
 * Bytes have URLs, the same path over HTTP and over the app's own scheme:
 *
 *   /resource/message/ID/source      the bytes that came in, as text; ?download: message/rfc822 as an attachment
 *   /resource/message/ID/delivered   the delivered form (?mailbox=NAME: with what the agent put in front)
 *   /resource/message/ID/html        the HTML part for the sandboxed frame, cid: pointing at part URLs, under a CSP;
 *                                    ?images=remote, when the reader asked for it, lets pictures be loaded
 *   /resource/message/ID/part/NUMBER one part, decoded; ?download names it safely; ?raw gives it as it stands
 */
export type ResourceKind = 'source' | 'delivered' | 'html';

export function messageUrl(id: number, kind: ResourceKind): string {
  return `/resource/message/${id}/${kind}`;
}

export function partUrl(id: number, number: string): string {
  return `/resource/message/${id}/part/${number}`;
}
