/**
 * Bytes by URL (contract/resources.ts), the same for HTTP and for the app's own scheme. What a message says about
 * itself is never believed: only pictures and plain text are shown under their own type, everything else is a download
 * of unknown bytes, and HTML is served only as the sandboxed preview.
 *
 * The frame that shows a message is a stranger to us (opaque origin), so its pictures come from "another site". Their
 * URLs carry a key that only the preview has; without it, cross-site requests for bytes are refused.
 */
import { randomBytes } from 'node:crypto';
import type { MailArea } from './areas/mail.ts';
import { contentDisposition } from './content-disposition.ts';
import {
  linkUrl,
  partUrl,
  REMOTE_SOURCES,
  type MessageAt,
  type RemoteSources,
  type ResourceKind,
} from './contract/resources.ts';
import { BYTES_CSP, COMMON_HEADERS, messageCsp, PRINT_CSP } from './security-headers.ts';

export interface ResourceResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

export interface Resources {
  /** `target` is path and query; undefined when the path is none of ours. */
  respond(target: string): Promise<ResourceResponse | undefined>;
  /** Whether the URL carries the key of the preview frame. */
  isFromFrame(target: string): boolean;
}

export interface ResourceDependencies {
  readonly mail: MailArea;
  /** A link was clicked in the frame of the window that calls itself `view`. */
  readonly onLink: (view: string, url: string) => void;
}

/** Types that a browser shows without running anything. */
const SHOWN = new Set([
  'image/png',
  'image/jpeg',
  'image/gif',
  'image/webp',
  'image/avif',
  'image/bmp',
  'image/x-icon',
]);
/** A document with scripts where it is opened, a picture without any in an <img>: so only for the frame. */
const SHOWN_IN_FRAME = 'image/svg+xml';
const PATH =
  /^\/resource\/message\/(\d{1,15})\/(?:(source|delivered|html|print|attachments)|part\/(\d+(?:\.\d+)*(?:\.TEXT)?))$/;
const INSIDE = /^\d+(?:\.\d+)*(?:,\d+(?:\.\d+)*)*$/;
/** Where a link of the frame may lead; the same as the frame's writer lets stand. */
const LINK = /^(?:https?:|mailto:|tel:)/i;

/** The charset that a text part names; without one, or where it is no name that a browser could know, UTF-8. */
const charsetOf = (type: string): string => {
  const named = /; charset=([a-z][\w.:-]{0,39})$/.exec(type)?.[1] ?? 'utf-8';
  return /^(?:us-)?ascii$/.test(named) ? 'utf-8' : named;
};

const text = (status: number, message: string): ResourceResponse => ({
  status,
  headers: {
    ...COMMON_HEADERS,
    'content-type': 'text/plain; charset=utf-8',
    'content-security-policy': BYTES_CSP,
  },
  body: Buffer.from(`${message}\n`),
});
const MISSING = text(404, 'There is no such message or part.');

function bytes(
  body: Uint8Array,
  contentType: string,
  disposition: string,
  extra: Readonly<Record<string, string>> = {},
): ResourceResponse {
  return {
    status: 200,
    headers: {
      ...COMMON_HEADERS,
      'content-type': contentType,
      'content-disposition': disposition,
      'content-security-policy': BYTES_CSP,
      // A message never changes, but what is in the Bin may go for good.
      'cache-control': 'private, no-cache',
      ...extra,
    },
    body,
  };
}

const nameOf = ({ id, inside }: MessageAt) =>
  inside === '' ? `${id}` : `${id}-${inside.replaceAll(',', '-')}`;
const remoteOf = (url: URL): RemoteSources =>
  REMOTE_SOURCES.find((known) => known === url.searchParams.get('remote')) ?? 'none';

export function createResources({ mail, onLink }: ResourceDependencies): Resources {
  const frameKey = randomBytes(16).toString('base64url');
  const framed = (url: URL) => url.searchParams.get('key') === frameKey;
  const parse = (target: string) => new URL(target, 'http://resource');

  async function stored(at: MessageAt, kind: 'source' | 'delivered', url: URL): Promise<ResourceResponse> {
    const mailbox = url.searchParams.get('mailbox') ?? undefined;
    const copy = Number(url.searchParams.get('copy') ?? 0);
    const body = await (kind === 'delivered' ? mail.delivered(at.id, mailbox, copy) : mail.source(at));
    if (body === undefined) return MISSING;
    const name = `${nameOf(at)}.eml`;
    if (url.searchParams.has('download')) {
      return bytes(body, 'message/rfc822', contentDisposition('attachment', name));
    }
    const first = Number(url.searchParams.get('first') ?? body.length);
    return bytes(body.subarray(0, first), 'text/plain; charset=utf-8', contentDisposition('inline', name));
  }

  async function html(at: MessageAt, url: URL): Promise<ResourceResponse> {
    const view = url.searchParams.get('view');
    const page = await mail.html(at, {
      partUrl: (number) => partUrl(at, number, { key: frameKey }),
      scheme: url.searchParams.get('scheme') === 'dark' ? 'dark' : 'light',
      ...(view === null ? {} : { linkUrl: (to) => linkUrl({ view, key: frameKey, to }) }),
    });
    if (page === undefined) return MISSING;
    return bytes(Buffer.from(page), 'text/html; charset=utf-8', 'inline', {
      'content-security-policy': messageCsp({ remote: remoteOf(url) }),
    });
  }

  async function print(at: MessageAt): Promise<ResourceResponse> {
    const page = await mail.print(at, (number) => partUrl(at, number));
    if (page === undefined) return MISSING;
    const policy = { 'content-security-policy': PRINT_CSP };
    return bytes(Buffer.from(page), 'text/html; charset=utf-8', 'inline', policy);
  }

  async function attachments(at: MessageAt): Promise<ResourceResponse> {
    const archive = await mail.attachments(at);
    if (archive === undefined) return MISSING;
    return bytes(
      archive,
      'application/zip',
      contentDisposition('attachment', `attachments-${nameOf(at)}.zip`),
    );
  }

  async function part(at: MessageAt, number: string, url: URL): Promise<ResourceResponse> {
    const isRaw = url.searchParams.has('raw');
    const found = await mail.part(at, number === '0' ? '' : number, isRaw);
    if (found === undefined) return MISSING;
    const { body, fileName } = found;
    const type = found.contentType.toLowerCase();
    const isFramed = framed(url);
    const crossOrigin = isFramed ? { 'cross-origin-resource-policy': 'cross-origin' } : {};
    const isDownload = url.searchParams.has('download');
    if (!isDownload && !isRaw && (SHOWN.has(type) || (isFramed && type === SHOWN_IN_FRAME))) {
      return bytes(body, type, contentDisposition('inline', fileName), crossOrigin);
    }
    if (!isDownload && (isRaw || type.startsWith('text/'))) {
      const first = Number(url.searchParams.get('first') ?? body.length);
      const shown = body.subarray(0, first);
      const charset = isRaw ? 'utf-8' : charsetOf(type);
      return bytes(shown, `text/plain; charset=${charset}`, contentDisposition('inline', fileName));
    }
    const safeType = SHOWN.has(type) || type === 'application/pdf' ? type : 'application/octet-stream';
    return bytes(body, safeType, contentDisposition('attachment', fileName));
  }

  /** 204: the frame stays as it is. */
  function link(url: URL): ResourceResponse {
    const to = url.searchParams.get('to') ?? '';
    if (!framed(url) || !LINK.test(to)) return text(403, 'Only links of a message that is shown lead here.');
    onLink(url.searchParams.get('view') ?? '', to);
    return { status: 204, headers: COMMON_HEADERS, body: new Uint8Array(0) };
  }

  function ofMessage(at: MessageAt, kind: ResourceKind, url: URL): Promise<ResourceResponse> {
    switch (kind) {
      case 'html':
        return html(at, url);
      case 'print':
        return print(at);
      case 'attachments':
        return attachments(at);
      case 'source':
      case 'delivered':
        return stored(at, kind, url);
    }
  }

  return {
    isFromFrame: (target) => framed(parse(target)),
    async respond(target) {
      const url = parse(target);
      if (url.pathname === '/resource/link') return link(url);
      const match = PATH.exec(url.pathname);
      if (match === null) return undefined;
      const [, digits, kind, number] = match;
      const inside = url.searchParams.get('inside') ?? '';
      if (inside !== '' && !INSIDE.test(inside)) return MISSING;
      const at = { id: Number(digits), inside };
      return number === undefined ? ofMessage(at, kind as ResourceKind, url) : part(at, number, url);
    },
  };
}
