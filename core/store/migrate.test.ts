import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openConnection, openWritable } from './database.ts';
import { StoreCorruptError, StoreFutureError } from './errors.ts';
import { migrate } from './migrate.ts';
import { migrations } from './migrations/index.ts';
import { sampleMessage } from './sample.ts';
import { openSchema, openStore, removeTemporaryFolders, temporaryFolder } from './testing.ts';

afterAll(removeTemporaryFolders);

describe('migrations', () => {
  it('ascend in tens', () => {
    const versions = migrations.map((m) => m.version);
    expect(versions).toEqual([...versions].sort((a, b) => a - b));
    expect(versions.filter((v) => v % 10 !== 0)).toEqual([]);
  });

  it('run once', () => {
    const db = openSchema();
    const before = db.prepare('SELECT sql FROM sqlite_schema').all();
    migrate(db);
    expect(db.prepare('SELECT sql FROM sqlite_schema').all()).toEqual(before);
    db.close();
  });

  it('take a database with the smaller pages of earlier versions as it is', async () => {
    const folder = temporaryFolder();
    const file = path.join(folder, 'sandpost.db');
    const old = openConnection(file, { readonly: false });
    old.pragma('page_size = 4096');
    old.pragma('journal_mode = WAL');
    migrate(old, 100);
    old.close();
    const store = await openStore(folder);
    await store.queue.accept([sampleMessage(store.queue.allocate())]);
    expect(store.mail.totals().messages).toBe(1);
    await store.close();
    const db = openWritable(file);
    expect(db.pragma('page_size', { simple: true })).toBe(4096);
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
    db.close();
  });

  it('leave nothing behind when one of them fails', () => {
    const db = openSchema();
    const broken = {
      version: 9990,
      up: (d: typeof db) => {
        d.exec('CREATE TABLE half_done (a INTEGER) STRICT; SELECT nonsense');
      },
    };
    expect(() => {
      migrate(db, Infinity, [...migrations, broken]);
    }).toThrow('nonsense');
    expect(db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'half_done'").get()).toBeUndefined();
    expect(db.pragma('user_version', { simple: true })).toBe(migrations.at(-1)?.version);
    db.close();
  });

  it('make every table STRICT', () => {
    const db = openSchema();
    const loose = db
      .prepare(
        "SELECT name FROM pragma_table_list WHERE type = 'table' AND schema = 'main' AND strict = 0 AND name NOT LIKE 'search%' AND name NOT LIKE 'sqlite%'",
      )
      .pluck()
      .all();
    expect(loose).toEqual([]);
    db.close();
  });
});

describe('opening a store', () => {
  it('refuses a database of a newer version, and changes nothing in it', async () => {
    const folder = temporaryFolder();
    const file = path.join(folder, 'sandpost.db');
    const db = openWritable(file);
    migrate(db);
    db.pragma('user_version = 99990');
    db.close();
    await expect(openStore(folder)).rejects.toThrow(StoreFutureError);
    await expect(openStore(folder)).rejects.toThrow(/made by a newer Sandpost.*--data-dir/s);
  });

  it('refuses a damaged file, and says what to do', async () => {
    const folder = temporaryFolder();
    writeFileSync(
      path.join(folder, 'sandpost.db'),
      'this is not a database, and long enough to see that '.repeat(100),
    );
    await expect(openStore(folder)).rejects.toThrow(StoreCorruptError);
    await expect(openStore(folder)).rejects.toThrow(/start again with an empty store/);
  });

  it("refuses another program's database", async () => {
    const folder = temporaryFolder();
    const db = openWritable(path.join(folder, 'sandpost.db'));
    db.exec('CREATE TABLE theirs (a)');
    db.close();
    await expect(openStore(folder)).rejects.toThrow(/another program/);
  });
});
