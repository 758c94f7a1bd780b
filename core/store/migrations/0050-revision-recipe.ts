/** Which recipe a revision of the configuration came from, and whether it was applied or taken back. */
import type { Migration } from './index.ts';

export const revisionRecipe: Migration = {
  version: 50,
  up(db) {
    db.exec(`
      ALTER TABLE revision ADD COLUMN recipe TEXT;
      ALTER TABLE revision ADD COLUMN recipe_action TEXT
        CHECK ((recipe IS NULL) = (recipe_action IS NULL) AND coalesce(recipe_action, 'undo') IN ('apply', 'undo'));
      CREATE INDEX revision_recipe ON revision (recipe, number) WHERE recipe IS NOT NULL;
    `);
  },
};
