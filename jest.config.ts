/** @jest-config-loader esbuild-register */
import type { Config } from 'jest';

const common = {
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: {
    '^.+\\.ts$': ['@swc/jest', { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'es6' } }],
  },
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/web/'],
  testEnvironment: 'node',
} satisfies Config['projects'] extends (infer P)[] | undefined ? Partial<Exclude<P, string>> : never;

/** Three kinds of tests: `unit` needs nothing, `service` needs a build, a SQL server and a broker, `e2e` a browser besides. */
export default {
  projects: [
    {
      ...common,
      displayName: 'unit',
      testMatch: ['<rootDir>/{src,migrations,bench,accuracy,scripts,tests}/**/*.test.ts'],
      testPathIgnorePatterns: ['\\.service\\.test\\.ts$', '\\.e2e\\.test\\.ts$', '/node_modules/'],
    },
    { ...common, displayName: 'service', testMatch: ['<rootDir>/tests/**/*.service.test.ts'] },
    { ...common, displayName: 'e2e', testMatch: ['<rootDir>/tests/**/*.e2e.test.ts'] },
  ],
} satisfies Config;
