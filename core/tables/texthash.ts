/** texthash: a text file read into memory; changes are seen after a reload. */
import type { TableType } from './context.ts';
import { foldKey, tablePath } from './context.ts';
import type { CompiledEntry } from '../store/store.ts';
import { parseEntry } from './entries.ts';
import { logicalLines, modificationTime, readFile } from './lines.ts';

export const texthash: TableType = (name, { config, log, duplicates, drafts }) => {
  const path = tablePath(name, config);
  // Unlike pattern tables it has no inline form: braces are a file name.
  const source = readFile(path, drafts);
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
    if (entries.has(key) && duplicates !== 'replace') {
      const problem = `${path}, line ${line.line}: duplicate entry: "${key}"`;
      if (duplicates === undefined) return { failure: problem };
      if (duplicates === 'warn') log.warning(problem);
      continue;
    }
    entries.set(key, { ...parsed.entry, key });
  }
  return {
    wantsPartialKeys: true,
    find: (key) => entries.get(foldKey(key)),
    entries: () => entries.values(),
    isStale: () => modificationTime(path) !== source.modifiedAt,
  };
};
