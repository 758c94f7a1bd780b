/** Mailbox and message parsing for records, deliberately simple and literal. */
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { compareText, sha256, toLines } from './text.ts';
import type { MessageRecord, ReportRecord } from './types.ts';

type Headers = [string, string][];

/** Splits an mbox on `From ` lines that follow an empty line or begin the text. */
function splitMbox(text: string): { from: string | null; lines: string[] }[] {
  const messages: { from: string | null; lines: string[] }[] = [];
  let isAfterBlank = true;
  for (const line of toLines(text)) {
    const current = messages.at(-1);
    if (line.startsWith('From ') && isAfterBlank) messages.push({ from: line, lines: [] });
    else if (current === undefined) messages.push({ from: null, lines: [line] });
    else current.lines.push(line);
    isAfterBlank = line === '';
  }
  for (const { lines } of messages) if (lines.at(-1) === '') lines.pop();
  return messages;
}

/** Header lines to [name, value]; folded lines keep their newline. The first line that is no header begins the body. */
function parseHeaders(lines: readonly string[]): { headers: Headers; body: string[] } {
  const headers: Headers = [];
  let at = 0;
  for (const line of lines) {
    if (line === '') {
      at++;
      break;
    }
    const last = headers.at(-1);
    const match = /^([!-9;-~]+)[ \t]*:(.*)$/.exec(line);
    if (/^[ \t]/.test(line) && last !== undefined) last[1] += `\n${line}`;
    else if (match !== null) headers.push([match[1] ?? '', (match[2] ?? '').replace(/^ /, '')]);
    else break;
    at++;
  }
  return { headers, body: lines.slice(at) };
}

export function headerOf(headers: readonly (readonly [string, string])[], name: string): string | undefined {
  return headers.find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1];
}

function splitParts(body: readonly string[], boundary: string): string[][] {
  const parts: string[][] = [];
  for (const line of body) {
    if (line === `--${boundary}--`) break;
    if (line === `--${boundary}`) parts.push([]);
    else parts.at(-1)?.push(line);
  }
  return parts;
}

function statusGroups(body: readonly string[]): Headers[] {
  const groups: string[][] = [[]];
  for (const line of body) {
    if (line === '') groups.push([]);
    else groups.at(-1)?.push(line);
  }
  return groups.filter((group) => group.length > 0).map((group) => parseHeaders(group).headers);
}

function parseReport(headers: Headers, body: readonly string[]): ReportRecord | undefined {
  const contentType = headerOf(headers, 'Content-Type') ?? '';
  if (!/multipart\/report/i.test(contentType)) return undefined;
  const boundary = /boundary="([^"]+)"/i.exec(contentType.replaceAll('\n', ' '))?.[1];
  if (boundary === undefined) return undefined;
  const report: ReportRecord = { partHeaders: [] };
  for (const lines of splitParts(body, boundary)) {
    const part = parseHeaders(lines);
    const type = (headerOf(part.headers, 'Content-Type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
    if (type.endsWith('delivery-status')) {
      const groups = statusGroups(part.body);
      report.statusType = type;
      report.perMessage = groups[0] ?? [];
      report.perRecipient = groups.slice(1);
    } else if (type.includes('text/plain') && report.notification === undefined) {
      report.notification = part.body;
    } else {
      report.returnedType = type;
      report.returned = part.body;
    }
    report.partHeaders?.push(part.headers);
  }
  return report;
}

export function describeMessage(
  mailbox: string,
  from: string | null,
  lines: readonly string[],
): MessageRecord {
  const { headers, body } = parseHeaders(lines);
  const report = parseReport(headers, body);
  return {
    mailbox,
    ...(from === null ? {} : { fromLine: from }),
    returnPath: headerOf(headers, 'Return-Path') ?? null,
    originalTo: headerOf(headers, 'X-Original-To') ?? null,
    deliveredTo: headerOf(headers, 'Delivered-To') ?? null,
    headers,
    ...(report === undefined ? {} : { report }),
    body,
  };
}

export function readMbox(file: string, mailbox: string): MessageRecord[] {
  if (!existsSync(file) || !statSync(file).isFile()) return [];
  return parseMbox(readFileSync(file, 'utf8'), mailbox);
}

export function parseMbox(text: string, mailbox: string): MessageRecord[] {
  return splitMbox(text).map(({ from, lines }) => describeMessage(mailbox, from, lines));
}

export function readMaildir(folder: string, mailbox: string): MessageRecord[] {
  return ['new', 'cur'].flatMap((sub) => {
    const from = path.join(folder, sub);
    if (!existsSync(from)) return [];
    const name = sub === 'new' ? mailbox : `${mailbox}:cur`;
    return readdirSync(from)
      .sort()
      .map((file) => describeMessage(name, null, toLines(readFileSync(path.join(from, file), 'utf8'))));
  });
}

/** Everything below a folder: maildirs (folders with new/), and plain files as mbox. */
export function readTree(folder: string, label: string): MessageRecord[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const at = path.join(folder, entry.name);
    if (entry.isFile()) return readMbox(at, `${label}/${entry.name}`);
    if (!entry.isDirectory()) return [];
    return existsSync(path.join(at, 'new'))
      ? readMaildir(at, `${label}/${entry.name}/`)
      : readTree(at, `${label}/${entry.name}`);
  });
}

const byJson = (a: unknown, b: unknown) => compareText(JSON.stringify(a), JSON.stringify(b));

/** A report has its recipients in the order their deliveries ended: put them into a fixed one. */
function sortReport(report: ReportRecord): void {
  report.perRecipient?.sort(byJson);
  const text = report.notification;
  const at = text?.findIndex((line) => /^ +The mail system$/.test(line)) ?? -1;
  if (text === undefined || at < 0) return;
  const paragraphs: string[][] = [[]];
  for (const line of text.slice(at + 2)) {
    if (line === '') paragraphs.push([]);
    else paragraphs.at(-1)?.push(line);
  }
  const sorted = paragraphs.filter((p) => p.length > 0).sort(byJson);
  report.notification = [...text.slice(0, at + 2), ...sorted.flatMap((p) => [...p, ''])];
}

/** Long bodies become a digest. Call after normalising. */
export function digestBodies(messages: readonly MessageRecord[]): readonly MessageRecord[] {
  return messages.map((message) => {
    if (message.report !== undefined) {
      sortReport(message.report);
      return { ...message, body: undefined };
    }
    const body = message.body as string[];
    const bodySha256 = sha256(body.join('\n'));
    if (body.length <= 60 && body.every((line) => line.length <= 2000)) return { ...message, bodySha256 };
    const first = body.slice(0, 3).map((line) => line.slice(0, 120));
    const longest = Math.max(...body.map((line) => line.length));
    return { ...message, body: { lines: body.length, longest, first }, bodySha256 };
  });
}
