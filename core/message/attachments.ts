/** Everything attached to a message as one archive, under safe names that differ. */
import { zip, type ZipFile } from '../util/zip.ts';
import { decodedBytes } from './decode.ts';
import { safeFileName } from '../util/file-name.ts';
import type { OpenedMessage } from './opened.ts';

/** `name.pdf`, then `name (2).pdf`: whatever case a file system keeps apart. */
function createNamer(): (name: string) => string {
  const taken = new Set<string>();
  return (name) => {
    const [, stem = name, extension = ''] = /^(.*?)(\.[^.]{1,16})?$/su.exec(name) ?? [];
    let given = name;
    for (let count = 2; taken.has(given.toLowerCase()); count++) given = `${stem} (${count})${extension}`;
    taken.add(given.toLowerCase());
    return given;
  };
}

/** undefined: nothing is attached. */
export function zipAttachments({ parts, body }: OpenedMessage, at: Date): Uint8Array | undefined {
  const name = createNamer();
  const files = parts
    .filter(({ isAttachment }) => isAttachment)
    .map((part): ZipFile => {
      const fallback =
        part.contentType === 'message/rfc822' ? `message-${part.number}.eml` : `part-${part.number}`;
      return { name: name(safeFileName(part.fileName, fallback)), bytes: decodedBytes(part, body) };
    });
  return files.length === 0 ? undefined : zip(files, at);
}
