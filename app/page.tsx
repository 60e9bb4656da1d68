export default function Page() {
  return <main>Waxwing</main>
}
