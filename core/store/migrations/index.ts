/** All migrations, in order: append only, numbered in tens. */
import type { Connection } from '../database.ts';
import { firstSchema } from './0010-first-schema.ts';
import { folderBytes } from './0020-folder-bytes.ts';
import { dns } from './0030-dns.ts';
import { envelopeWords } from './0040-envelope-words.ts';
import { revisionRecipe } from './0050-revision-recipe.ts';
import { find } from './0060-find.ts';
import { tags } from './0070-tags.ts';
import { threads } from './0080-threads.ts';
import { drafts } from './0090-drafts.ts';
import { draftImages } from './0100-draft-images.ts';
import { search } from './0110-search.ts';

export interface Migration {
  readonly version: number;
  up(db: Connection): void;
}

export const migrations: readonly Migration[] = [
  firstSchema,
  folderBytes,
  dns,
  envelopeWords,
  revisionRecipe,
  find,
  tags,
  threads,
  drafts,
  draftImages,
  search,
];
