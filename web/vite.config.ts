import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Where a server runs while the dashboard is worked on with `npx vite web`. */
const server = process.env.TELLTALE_DEV_SERVER ?? 'http://127.0.0.1:8080';

export default defineConfig({
  root: import.meta.dirname,
  base: '/',
  plugins: [react()],
  build: {
    outDir: '../dist/web',
    emptyOutDir: true,
    target: 'es2022',
    // The map is a chunk of its own and large by nature: the log-in page and the feed do not wait for it.
    chunkSizeWarningLimit: 1_300,
  },
  server: {
    proxy: { '/api': server, '/ws': { target: server, ws: true } },
  },
});
