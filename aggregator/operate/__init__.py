"""What an operator asks now and then: rebuild and compare, verify, diagnose. One module a question."""
