/** All migrations, in order: append only, numbered in tens. */
import type { Connection } from '../database.ts';
import { firstSchema } from './0010-first-schema.ts';
import { folderBytes } from './0020-folder-bytes.ts';
import { dns } from './0030-dns.ts';
import { drafts } from './0070-drafts.ts';

export interface Migration {
  readonly version: number;
  up(db: Connection): void;
}

export const migrations: readonly Migration[] = [firstSchema, folderBytes, dns, drafts];
