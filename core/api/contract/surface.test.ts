/** The whole surface in one file, so that every change of it shows in review. */
import { isContractProcedure, type AnyContractProcedure } from '@orpc/contract';
import * as z from 'zod';
import { expect, it } from 'vitest';
import { contract } from './index.ts';

function schemaOf(schema: unknown): unknown {
  if (schema instanceof z.ZodType) return z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return schema === undefined ? undefined : 'stream';
}

function describeCall(procedure: AnyContractProcedure): unknown {
  const definition = procedure['~orpc'];
  return {
    route: `${definition.route.method ?? 'POST'} ${definition.route.path ?? ''}`,
    input: schemaOf(definition.inputSchema),
    output: schemaOf(definition.outputSchema),
    errors: Object.keys(definition.errorMap as Record<string, unknown>),
  };
}

function surface(router: object, name: string, found: Record<string, unknown>): void {
  if (isContractProcedure(router)) {
    found[name] = describeCall(router);
    return;
  }
  for (const [key, value] of Object.entries(router as Record<string, object>)) {
    surface(value, name === '' ? key : `${name}.${key}`, found);
  }
}

it('is what it was', async () => {
  const found: Record<string, unknown> = {};
  surface(contract, '', found);
  await expect(`${JSON.stringify(found, null, 1)}\n`).toMatchFileSnapshot('./surface.snap');
});
