/**
 * What other programs ask the app to open: `sandpost://message/ID` (the number or the queue id),
 * `sandpost://queue/QUEUEID`, `sandpost://mailbox/NAME`, `sandpost://config/FILE`, and .eml files. Whoever made the link
 * is a stranger: it leads to a place and changes nothing. Pure.
 */
import path from 'node:path';
import { SCHEME } from './origin.ts';

export type OpenRequest =
  | { readonly kind: 'message'; readonly name: string }
  | { readonly kind: 'place'; readonly hash: string }
  | { readonly kind: 'file'; readonly path: string };

const QUEUE_ID = /^[A-Za-z0-9_]{1,100}$/;

function decode(word: string): string | undefined {
  try {
    return decodeURIComponent(word);
  } catch {
    return undefined;
  }
}

const PLACES: Readonly<Record<string, (name: string) => OpenRequest | undefined>> = {
  message: (name) => (QUEUE_ID.test(name) ? { kind: 'message', name } : undefined),
  queue: (name) => (QUEUE_ID.test(name) ? { kind: 'place', hash: `#/queue/${name}` } : undefined),
  mailbox: (name) => ({ kind: 'place', hash: `#/mail/mailbox/${encodeURIComponent(name)}` }),
  config: (name) => ({ kind: 'place', hash: `#/config/${encodeURIComponent(name)}` }),
};

/** undefined: not a link of ours, or not one that leads anywhere. */
export function openRequestOfUrl(text: string): OpenRequest | undefined {
  const match = new RegExp(`^${SCHEME}:(?://)?([a-z]+)/([^/?#]+)/?$`, 'i').exec(text);
  const name = decode(match?.[2] ?? '');
  if (match === null || name === undefined) return undefined;
  const kind = (match[1] ?? '').toLowerCase();
  return Object.hasOwn(PLACES, kind) ? PLACES[kind]?.(name) : undefined;
}

/** What the arguments of a start ask for; flags and what else is among them are no requests. */
export function openRequests(args: readonly string[], cwd: string): readonly OpenRequest[] {
  return args.flatMap((arg): readonly OpenRequest[] => {
    if (arg.startsWith('-')) return [];
    if (/\.eml$/i.test(arg) && !arg.includes('://')) return [{ kind: 'file', path: path.resolve(cwd, arg) }];
    const request = openRequestOfUrl(arg);
    return request === undefined ? [] : [request];
  });
}
