/** Recipes as the calls need them. Absent recipes are `undefined`. */
import type { Recipe, RecipePlan, RecipeTrial } from '../contract/recipes.ts';
import type { ApplyResult } from './config.ts';

type Fields = Readonly<Record<string, string>>;

export interface RecipeArea {
  list(): Promise<readonly Recipe[]>;
  plan(id: string, fields: Fields): Promise<RecipePlan | undefined>;
  /** 'nothing': the files have it already. */
  apply(id: string, fields: Fields, force: boolean): Promise<ApplyResult | 'nothing' | undefined>;
  /** 'nothing': it is not applied. A conflict names the files in which other changes stand in the way. */
  undo(id: string): Promise<ApplyResult | 'nothing' | undefined>;
  test(id: string, fields: Fields): Promise<RecipeTrial | undefined>;
}
