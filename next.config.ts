import type { NextConfig } from 'next'

/**
 * A static export: no server renders anything, any host can serve it. `scripts/build.mjs` names the folder to write, so
 * that a running relay never sees half a build. Types are the business of `npm run check`.
 * Pieces hold 200 KB of source at least, not 50: a first visit asks for a third fewer of them, and for the same bytes.
 */
const buildFolder = process.env.WAXWING_BUILD_FOLDER

const config: NextConfig = {
  output: 'export',
  ...(buildFolder ? { distDir: buildFolder } : {}),
  trailingSlash: true,
  generateBuildId: () => 'waxwing',
  reactStrictMode: true,
  poweredByHeader: false,
  agentRules: false,
  devIndicators: false,
  images: { unoptimized: true },
  typescript: { ignoreBuildErrors: true },
  turbopack: { root: import.meta.dirname },
  experimental: { turbopackChunking: { minChunkSize: 200_000 } },
}

export default config
