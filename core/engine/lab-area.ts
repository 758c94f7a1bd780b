/** The Lab's calls. What dry runs need is loaded with the first of them: most sandboxes never make one. */
import type { LabArea } from '../api/areas/lab.ts';
import type { DryWorldsDependencies } from './dry-worlds.ts';

export function createLabArea(dependencies: DryWorldsDependencies): LabArea {
  let loading: Promise<LabArea> | undefined;
  const lab = () => (loading ??= import('./lab.ts').then(({ createLab }) => createLab(dependencies)));
  return {
    trace: async (input) => (await lab()).trace(input),
    compare: async (input) => (await lab()).compare(input),
    replay: async (input) => (await lab()).replay(input),
  };
}
