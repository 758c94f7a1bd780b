/** Messages as files of an archive: one for each, and a manifest. */
import { createZip } from '../util/zip.ts';
import type { OutgoingMessage } from './archived.ts';
import { concat, encode, LF } from './bytes.ts';
import { toLocalLines, type LineEnds } from './local-lines.ts';
import { MANIFEST, noteOf, writeManifest, type Noted } from './manifest.ts';
import { toMbox } from './mbox.ts';

export const EXPORT_FORMATS = ['mbox', 'eml', 'maildir'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

export interface MessageFile {
  /** With folders, `/` between. */
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly ends: LineEnds;
}

const emlFile = ({ name, raw }: OutgoingMessage): MessageFile => ({
  name: `${name}.eml`,
  bytes: raw,
  ends: 'kept',
});

/** In `cur` with its flags when it was read, else in `new`. */
function maildirFile({ name, arrivedAt, isRead, isStarred, raw }: OutgoingMessage): MessageFile {
  const unique = `${Math.floor(arrivedAt / 1000)}.M${name}.sandpost`;
  const flags = `${isStarred ? 'F' : ''}${isRead ? 'S' : ''}`;
  const { bytes, ends } = toLocalLines(raw);
  return { name: flags === '' ? `new/${unique}` : `cur/${unique}:2,${flags}`, bytes, ends };
}

export const messageFile = (format: 'eml' | 'maildir', message: OutgoingMessage): MessageFile =>
  format === 'eml' ? emlFile(message) : maildirFile(message);

export interface ArchiveWriter {
  add(message: OutgoingMessage): void;
  /** The archive in pieces, to be put behind each other. */
  end(): readonly Uint8Array[];
}

function createMboxWriter(): ArchiveWriter {
  const entries: Uint8Array[] = [];
  return {
    add(message) {
      entries.push(toMbox(message));
    },
    end: () => entries,
  };
}

/** One file: an mbox, or a ZIP archive of message files. @param at the time that files in it carry */
export function createArchive(format: ExportFormat, at: Date): ArchiveWriter {
  if (format === 'mbox') return createMboxWriter();
  const archive = createZip(at);
  const notes: Noted[] = [];
  return {
    add(message) {
      const file = messageFile(format, message);
      archive.add(file);
      notes.push(noteOf(message, file.name, file.ends));
    },
    end() {
      archive.add({ name: MANIFEST, bytes: encode(writeManifest(notes)) });
      return archive.end();
    },
  };
}

export const withFinalLineEnd = (bytes: Uint8Array): Uint8Array =>
  bytes.at(-1) === LF ? bytes : concat([bytes, Uint8Array.of(LF)]);
