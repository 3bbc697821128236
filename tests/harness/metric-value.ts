/** The sum of a metric over its labels at `/metrics`; 0 where it is not there. */
export const metricValue = async (http: string, name: string): Promise<number> => {
  const text = await (await fetch(`${http}/metrics`)).text();
  return text
    .split('\n')
    .filter(line => line.startsWith(`${name} `) || line.startsWith(`${name}{`))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
};
