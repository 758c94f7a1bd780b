/**
 * What a message's software might want to know before mail goes out: header and lines against the standards, how mail
 * clients show its HTML, where it leads, how one unsubscribes. Reads only; asks nothing of any network.
 */
import { decodedText } from '../decode.ts';
import { htmlParts } from '../digest.ts';
import { readFields } from '../headers.ts';
import type { OpenedMessage } from '../opened.ts';
import type { Finding } from './finding.ts';
import { lintHeader } from './header-lint.ts';
import { htmlSupport, type HtmlSupport } from './html-support.ts';
import { linksOf, type FoundLink } from './links.ts';
import { lintHtmlSize, lintLines } from './size-lint.ts';
import { checkUnsubscribe, type Unsubscribe } from './unsubscribe.ts';

export interface Checks {
  /** Header, lines, size and structure. */
  readonly message: readonly Finding[];
  readonly html?: HtmlSupport;
  readonly links: readonly FoundLink[];
  readonly unsubscribe?: Unsubscribe;
}

/** The text that one clicks through without HTML is wanted, and is asked for by spam filters. */
function lintStructure({ parts, structureError }: OpenedMessage, hasHtml: boolean): readonly Finding[] {
  const hasText = parts.some((part) => part.contentType === 'text/plain' && !part.isAttachment);
  return [
    ...(structureError === undefined
      ? []
      : [{ severity: 'error', message: `The structure cannot be read: ${structureError}.` } as const]),
    ...(hasHtml && !hasText
      ? [
          {
            severity: 'warning',
            message: 'There is HTML and no plain text: not every reader shows HTML.',
          } as const,
        ]
      : []),
  ];
}

/** @param arrivedAt ms since the epoch */
export async function checkMessage(message: OpenedMessage, arrivedAt: number): Promise<Checks> {
  const { content, parts, body } = message;
  const html = htmlParts(parts)
    .map((part) => decodedText(part, body))
    .join('\n');
  const header = content.raw.subarray(0, content.bodyOffset);
  const unsubscribe = checkUnsubscribe(readFields(header), html);
  return {
    message: [
      ...lintHeader(header, arrivedAt),
      ...lintStructure(message, html !== ''),
      ...(await lintLines(content.raw)),
      ...lintHtmlSize(Buffer.byteLength(html)),
    ],
    links: html === '' ? [] : await linksOf(html),
    ...(html === '' ? {} : { html: await htmlSupport(html) }),
    ...(unsubscribe === undefined ? {} : { unsubscribe }),
  };
}
