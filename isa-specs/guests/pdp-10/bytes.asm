; Bytes: packs a text five to a word, copies it in capitals, six bits to a character, backwards.
; Prints both.
        .org 0o20
start:  move ac17, pdl
        move ac1, to7                   ; pack the text, a character to a word, into seven-bit bytes
        movei ac2, text
pack:   move ac3, 0(ac2)
        idpb ac3, 1
        addi ac2, 1
        jumpn ac3, pack

        move ac1, to7                   ; print it
print:  ildb ac3, 1
        jumpe ac3, copy
        datao cty, 3
        jrst 0, print

copy:   move ac1, to7                   ; capitals in sixbit: 40 less than ASCII
        move ac4, to6
        movei ac5, 0
each:   ildb ac3, 1
        jumpe ac3, back
        cail ac3, 0o141
        subi ac3, 0o40
        subi ac3, 0o40
        idpb ac3, 4
        aoja ac5, each

back:   movei ac3, 0o12                 ; a new line, then from the last to the first
        datao cty, 3
again:  jumpe ac5, done
        move ac4, to6                   ; the pointer to the ac5th byte, by counting
        move ac6, 5
count:  ibp 4
        sojg ac6, count
        ldb ac3, 4
        addi ac3, 0o40
        datao cty, 3
        soja ac5, again
done:   jrst 4, start

pdl:    .word (-16 << 18) | 0o700
to7:    .word 0o440700000000 | packed   ; before the first seven-bit byte
to6:    .word 0o440600000000 | sixbit

text:   .asciz "Virtual machine, real trap."
packed: .zero 10
sixbit: .zero 10
