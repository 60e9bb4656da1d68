export default function JoinPage() {
  return <main>Join</main>
}
