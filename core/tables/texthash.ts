/** texthash: a text file read into memory; changes are seen after a reload. */
import type { TableType } from './context.ts';
import { foldKey, tablePath } from './context.ts';
import type { CompiledEntry } from '../store/store.ts';
import { parseEntry } from './entries.ts';
import { logicalLines, modificationTime, readSource } from './lines.ts';

export const texthash: TableType = (name, { config, log, drafts }) => {
  const path = tablePath(name, config);
  const source = readSource(path, drafts);
  if (!source.ok) return { failure: `open database ${path}: ${source.reason}` };
  const entries = new Map<string, CompiledEntry>();
  const lines = logicalLines(source.text, (warning) => {
    log.warning(`${path}: ${warning}`);
  });
  for (const line of lines) {
    const parsed = parseEntry(line);
    const ignored =
      parsed.ok || parsed.warning.endsWith('ignoring this line') ? '' : ' -- ignoring this line';
    if (parsed.warning !== undefined) {
      log.warning(`${path}, line ${line.line}: ${parsed.warning}${ignored}`);
    }
    if (!parsed.ok) continue;
    const key = foldKey(parsed.entry.key);
    if (entries.has(key)) return { failure: `${path}, line ${line.line}: duplicate entry: "${key}"` };
    entries.set(key, { ...parsed.entry, key });
  }
  return {
    wantsPartialKeys: true,
    find: (key) => entries.get(foldKey(key)),
    entries: () => entries.values(),
    isStale: () => modificationTime(path) !== source.modifiedAt,
  };
};
