; Recursion on the stack: 10 factorial, the moves of the towers of Hanoi, Ackermann's function.
; Prints "3628800 1023 61".
        .org 0o20
start:  move ac17, pdl
        movei ac1, 10
        pushj ac17, fact
        pushj ac17, number
        pushj ac17, blank
        movei ac1, 10
        movei ac5, 0
        pushj ac17, hanoi
        move ac1, 5
        pushj ac17, number
        pushj ac17, blank
        movei ac1, 3
        movei ac2, 3
        pushj ac17, acker
        move ac1, 2
        pushj ac17, number
        jrst 4, start
pdl:    .word (-512 << 18) | stack

; ac1 := ac1 factorial
fact:   caig ac1, 1
        jrst 0, one
        push ac17, 1
        subi ac1, 1
        pushj ac17, fact
        pop ac17, 2
        imul ac1, 2
        popj ac17, 0
one:    movei ac1, 1
        popj ac17, 0

; ac5 counts the moves of ac1 disks
hanoi:  jumple ac1, return
        subi ac1, 1
        push ac17, 1
        pushj ac17, hanoi
        aoj ac5, 0
        pop ac17, 1
        jrst 0, hanoi                   ; the second call is the last thing: it need not return here
return: popj ac17, 0

; ac2 := A(ac1, ac2)
acker:  jumpe ac1, succ
        jumpe ac2, base
        push ac17, 1
        subi ac2, 1
        pushj ac17, acker
        pop ac17, 1
        soja ac1, acker
base:   movei ac2, 1
        soja ac1, acker
succ:   aoja ac2, return

; prints ac1 in decimal: the digits wait in the left halves of the return addresses
number: idivi ac1, 10
        hrlm ac2, 0(ac17)
        jumpe ac1, digit
        pushj ac17, number
digit:  hlrz ac1, 0(ac17)
        addi ac1, 48
        jrst 0, out
blank:  movei ac1, 32
out:    datao cty, 1
wait:   conso cty, 0o10
        jrst 0, wait
        popj ac17, 0

        .org 0o1000
stack:  .zero 512
