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
import { partUrl } from './contract/resources.ts';
import { BYTES_CSP, COMMON_HEADERS, messageCsp } from './security-headers.ts';

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

/** Types that a browser shows without running anything. SVG is not among them: it is a document with scripts. */
const SHOWN = new Set([
  'image/png',
  'image/jpeg',
  'image/gif',
  'image/webp',
  'image/avif',
  'image/bmp',
  'image/x-icon',
]);
const PATH = /^\/resource\/message\/(\d{1,15})\/(?:(source|delivered|html)|part\/(\d+(?:\.\d+)*))$/;

/** RFC 6266: an ASCII name for old clients, the real one for the others; no path, no control character, no quote. */
function contentDisposition(kind: 'attachment' | 'inline', fileName: string): string {
  const base = fileName.split(/[/\\]/).at(-1) ?? '';
  const clean = base
    .replace(/[\p{Cc}\p{Cf}]/gu, '')
    .replace(/^[.\s]+|[.\s]+$/g, '')
    .slice(-150);
  const name = clean === '' ? 'attachment' : clean;
  const ascii = name.replace(/[^\x20-\x7e]|["%\\*:<>?|]/g, '_');
  const extended = encodeURIComponent(name).replace(
    /['()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return ascii === name
    ? `${kind}; filename="${ascii}"`
    : `${kind}; filename="${ascii}"; filename*=UTF-8''${extended}`;
}

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

export function createResources({ mail }: { readonly mail: MailArea }): Resources {
  const frameKey = randomBytes(16).toString('base64url');
  const framed = (url: URL) => url.searchParams.get('key') === frameKey;
  const parse = (target: string) => new URL(target, 'http://resource');

  async function message(id: number, kind: string, url: URL): Promise<ResourceResponse> {
    const isDelivered = kind === 'delivered';
    const mailbox = url.searchParams.get('mailbox') ?? undefined;
    const copy = Number(url.searchParams.get('copy') ?? 0);
    const body = await (isDelivered ? mail.delivered(id, mailbox, copy) : mail.source(id));
    if (body === undefined) return MISSING;
    if (!url.searchParams.has('download')) {
      return bytes(body, 'text/plain; charset=utf-8', contentDisposition('inline', `${id}.eml`));
    }
    return bytes(body, 'message/rfc822', contentDisposition('attachment', `${id}.eml`));
  }

  async function html(id: number, url: URL): Promise<ResourceResponse> {
    const page = await mail.html(id, (number) => `${partUrl(id, number)}?key=${frameKey}`);
    if (page === undefined) return MISSING;
    const remoteImages = url.searchParams.get('images') === 'remote';
    return bytes(Buffer.from(page), 'text/html; charset=utf-8', 'inline', {
      'content-security-policy': messageCsp({ remoteImages }),
    });
  }

  async function part(id: number, number: string, url: URL): Promise<ResourceResponse> {
    const isRaw = url.searchParams.has('raw');
    const found = await mail.part(id, number, isRaw);
    if (found === undefined) return MISSING;
    const type = found.contentType.toLowerCase();
    const crossOrigin = framed(url) ? { 'cross-origin-resource-policy': 'cross-origin' } : {};
    const isDownload = url.searchParams.has('download');
    if (!isDownload && SHOWN.has(type)) {
      return bytes(found.body, type, contentDisposition('inline', found.fileName), crossOrigin);
    }
    if (!isDownload && (isRaw || type.startsWith('text/'))) {
      return bytes(found.body, 'text/plain; charset=utf-8', contentDisposition('inline', found.fileName));
    }
    const safeType = SHOWN.has(type) || type === 'application/pdf' ? type : 'application/octet-stream';
    return bytes(found.body, safeType, contentDisposition('attachment', found.fileName));
  }

  return {
    isFromFrame: (target) => framed(parse(target)),
    async respond(target) {
      const url = parse(target);
      const match = PATH.exec(url.pathname);
      if (match === null) return undefined;
      const [, digits, kind, number] = match;
      const id = Number(digits);
      if (number !== undefined) return part(id, number, url);
      return kind === 'html' ? html(id, url) : message(id, kind ?? 'source', url);
    },
  };
}
