; An executive and a user program on the PDP-10: the user counts in its own relocated core and calls
; the executive, a hundred times.

calls   = 0o144                 ; how many

        .org 0o20
        datao apr, segments     ; where the user's core is
        movei ac6, 0o1000
        jrst 1, 0(ac6)          ; into user mode, by the instruction that asks nobody
segments: .word 1 << 28 | 2 << 10       ; two blocks, from the third block of core on
counted: .word 0

        .org 0o41
        jsr 0o60                ; a call comes here

        .org 0o61
        aos ac5, counted
        movei ac7, 0o60(ac5)
        cono apr, 0             ; only an executive may
        coni apr, 0o50
        cail ac5, calls
        jrst 4, 0o20            ; enough: halt
        jrst 2, @0o60           ; back to the user, flags and mode

        .org 0o5000             ; the user's 0o1000
u = 0o4000
user:   movei ac1, 0o12
loop:   addm ac1, sum - u
        sojg ac1, loop - u
        muuo 1, ac1, 5(ac2)
        jrst 0, user - u
sum:    .word 0
