/** A message as one page for the printer: who, when and what about, then what it says. Nothing on it runs or loads. */
import { decodedText } from './decode.ts';
import { htmlParts } from './digest.ts';
import { escapeText, type FrameOptions } from './frame-attributes.ts';
import { parseHeaders } from './headers.ts';
import { htmlForFrame } from './html-frame.ts';
import type { OpenedMessage } from './opened.ts';

const FIELDS = ['From', 'To', 'Cc', 'Date', 'Subject'] as const;
const MOST_TEXT = 1024 * 1024;
const LABEL = 'text-align:left;vertical-align:top;padding:0 12px 2px 0;color:#555;font-weight:400';

function heading(header: Uint8Array): string {
  const fields = parseHeaders(header);
  const rows = FIELDS.flatMap((name) => {
    const value = fields.find((field) => field.name.toLowerCase() === name.toLowerCase())?.value;
    return value === undefined
      ? []
      : [`<tr><th style="${LABEL}">${name}</th><td>${escapeText(value)}</td></tr>`];
  });
  return `<table style="font:13px/1.45 sans-serif;color:#000;margin:0 0 14px;border-bottom:1px solid #999;width:100%">${rows.join('')}</table>`;
}

export async function printPage(
  { content, parts, body }: OpenedMessage,
  options: Pick<FrameOptions, 'partUrl'>,
): Promise<string> {
  const preface = heading(content.header);
  const html = htmlParts(parts).map((part) => decodedText(part, body));
  if (html.length > 0) {
    return htmlForFrame(html.join('\n'), { ...options, parts, scheme: 'light', preface });
  }
  const text = parts.find((part) => part.contentType === 'text/plain' && !part.isAttachment);
  const words = text === undefined ? '' : decodedText(text, body, MOST_TEXT).slice(0, MOST_TEXT);
  return `<!doctype html><html><head><meta charset="utf-8"></head><body>${preface}<pre style="white-space:pre-wrap;overflow-wrap:anywhere;font:12px/1.5 monospace">${escapeText(words)}</pre></body></html>`;
}
