; How many primes are below 8192? The answer (1028) is in ac5 at the halt.
; ac6 counts the rounds; `rounds` holds how many are wanted.
        .org 0o20
start:  jrst 0, main
rounds: .word 1
clear:  .word (table << 18) | (table + 1)

        .org 0o100
main:   move ac6, rounds
round:  setzm 0, table
        move ac1, clear
        blt ac1, table + 8191
        movei ac5, 0                    ; primes so far
        movei ac2, 2                    ; the candidate
next:   skipe 0, table(ac2)
        jrst 0, after                   ; it was crossed out
        aoj ac5, 0
        move ac3, 2                     ; twice the prime: location 2 is ac2
        lsh ac3, 1
        jrst 0, check
cross:  setom 0, table(ac3)
        add ac3, 2
check:  caige ac3, 8192
        jrst 0, cross
after:  addi ac2, 1
        caige ac2, 8192
        jrst 0, next
        sojg ac6, round
        jrst 4, start

        .org 0o10000
table:  .zero 8192
