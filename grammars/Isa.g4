/** The machine description language. One record of `trapline.lang.Syntax` per production.

    Kept out of the grammar, because a person deserves a better message than "no viable alternative":
    pattern widths, literal sizes, duplicate clauses (`Trees`, `Elaborator`); brackets that do not pair,
    unknown characters, depth (`Tokens`). Three productions accept what is refused afterwards, so that
    the message can be exact: commas in patterns, and the tokens whose names begin with BAD. */
grammar Isa;

@header { package trapline.lang.grammar; }

file        : languageDecl? importDecl* definition* EOF ;
languageDecl: 'language' INT ';' ;
importDecl  : 'import' STRING ';' ;
definition
  : 'machine' name ('extends' name ('with' names?)?)? body                  # machineDef
  | 'extension' name ('requires' names)? body                               # extensionDef
  ;
body        : '{' item* '}' ;

item
  : 'param' name 'in' '{' expr (',' expr)* ','? '}' ('=' expr)? ';'         # paramItem
  | 'choice' name 'in' '{' names '}' ('=' name)? ';'                        # choiceItem
  | 'set' name '=' expr ';'                                                 # setItem
  | 'const' name (':' type)? '=' expr ';'                                   # constItem
  | 'type' name '=' type ';'                                                # typeItem
  | 'enum' name ':' type '{' enumerator (',' enumerator)* ','? '}'          # enumItem
  | 'struct' name ':' type '{' field* '}'                                   # structItem
  | 'reg' name ('[' expr ']')? ':' type regClause* ';'                      # regItem
  | 'memory' name '[' expr ']' ':' type role? ';'                           # memoryItem
  | 'alias' name '=' postfix ';'                                            # aliasItem
  | 'view' name ':' type 'of' name ('by' expr)? order=('little' | 'big')? aligned='aligned'? ';'   # viewItem
  | 'device' name '{' port* '}'                                             # deviceItem
  | 'mode' name 'when' expr ';'                                             # modeItem
  | 'space' name '(' params ')' 'on' name block                             # spaceItem
  | 'bank' name ('(' param ')' ':' type | 'on' name) '{' bankEntry* ('else' block)? '}'   # bankItem
  | 'trap' name '(' params? ')' block                                       # trapEntryItem
  | 'traps' 'via' name '{' trapLine* '}'                                    # trapsItem
  | 'fetch' name ':' type ('to' expr)? '=' expr 'then' postfix '=' expr ';'              # fetchItem
  | 'after' block                                                           # afterItem
  | 'unspecified' 'fn' name '(' params? ')' '->' type ('where' expr)? ';'   # unspecifiedItem
  | 'fn' name '(' params? ')' ('->' type)? block                            # fnItem
  | 'guard' name block                                                      # guardItem
  | 'operand' name ('(' hole=name ':' INT ')')? ('extends' base=name)? (':' type)? '{' alternative* '}'   # operandItem
  | 'replace'? 'instr' label pattern text instrClause* block                # instrItem
  | 'requires' names '{' item* '}'                                          # requiresItem
  | 'remove' 'instr' label (',' label)* ';'                                 # removeItem
  | 'reserved' block                                                        # reservedItem
  | 'vmm' extension='extends'? '{' vmmItem* '}'                              # vmmItems
  | 'assume' name ':' expr ('when' expr)? ';'                                              # assumeItem
  | 'expect' subject (',' subject)* ('under' names)? ':' claim (',' claim)* cite? ';'   # expectItem
  | 'test' text '{' testItem* '}'                                           # testItems
  ;

enumerator  : name '=' expr ;
field       : INT ('..' INT)? ( word (':' type)? role? | '=' INT ) ';' ;
regClause   : role | 'reset' expr | 'names' text (',' text)* | 'zero' expr ;
role        : 'role' word ;
port        : ('in' | 'out') word ':' type ';' ;
param       : name ':' type ;
params      : param (',' param)* ;
bankEntry   : expr word ( '=' postfix ';' | '{' ('get' block)? ('set' '(' name ')' block)? '}' ) ;
trapLine    : INT word ('(' params? ')')? ':' word ('when' expr)? ('ack' block)? ';' ;

pattern     : '[' bitItem (','? bitItem)* ']' ;
bitItem
  : INT (':' INT)?                                                          # constantBits
  | name (':' (INT little='little'? | name ('(' bitItem ')')?) | '[' INT ('..' INT)? ']')   # namedBits
  | '_' ':' INT                                                             # ignoredBits
  ;
alternative : word (pattern | '[' ']') text ('if' expr)? ( ';' | '{' ('get' block)? ('set' '(' name ')' block)? ('addr' block)? '}' ) ;
instrClause : 'requires' names | 'split' names | 'overrides' label (',' label)* | 'if' expr | cite ;
cite        : 'cite' text ;

vmmItem
  : 'deprivilege' names 'to' name ';'                                       # deprivilegeItem
  | 'run' assign (',' assign)* ';'                                          # runItem
  | 'shadow' assign ';'                                                     # shadowItem
  | 'virtual' postfix (',' postfix)* ';'                                    # virtualItem
  | 'where' expr ';'                                                        # whereItem
  | 'configure' postfix (',' postfix)* ';'                                  # configureItem
  | ('map' | 'unmap') '(' params? ')' ('where' expr)? block                  # mapItem
  | 'tables' expr ';'                                                       # tablesItem
  | 'interpret' 'when' expr ';'                                             # interpretItem
  ;
assign      : postfix '=' expr ;
subject     : ('machine' | 'reserved' | label) ('when' expr)? ;
claim       : '!'? word ('(' word (',' word)* ')')? ;
testItem
  : 'asm' 'at' expr '{' text* '}'                                           # asmItem
  | 'step' expr ';'                                                         # stepItem
  | statement                                                               # doItem
  ;

block       : '{' statement* '}' ;
statement
  : ('let' | 'var') name (':' type)? '=' expr ';'                           # letStmt
  | 'any' name ':' type ('where' expr)? ';'                                 # anyStmt
  | postfix ('=' expr)? ';'                                                 # assignOrCall
  | 'trap' word ('(' (expr (',' expr)*)? ')')? ';'                          # trapStmt
  | 'if' expr block ('else' 'if' expr block)* ('else' block)?               # ifStmt
  | 'match' expr '{' matchArm* '}'                                          # matchStmt
  | 'for' name 'in' expr '..' expr block                                    # forStmt
  | 'while' expr block                                                      # whileStmt
  | 'execute' expr ';'                                                      # executeStmt
  | 'return' expr? ';'                                                      # returnStmt
  | 'halt' ';'                                                              # haltStmt
  | 'commit' ';'                                                            # commitStmt
  | 'unpredictable' text? ';'                                               # unpredictableStmt
  | 'assert' expr ';'                                                       # assertStmt
  ;
matchArm    : matchPat (',' matchPat)* '=>' block ','? ;
matchPat    : INT ('..' INT)? | name | 'true' | 'false' | '_' ;

expr
  : postfix                                                                 # postfixExpr
  | op=('!' | '~' | '-') expr                                               # unaryExpr
  | expr op=('*' | '/' | '%') expr                                          # binaryExpr
  | expr op=('+' | '-') expr                                                # binaryExpr
  | expr op=('<<' | '>>') expr                                              # binaryExpr
  | expr op='&' expr                                                        # binaryExpr
  | expr op='^' expr                                                        # binaryExpr
  | expr op='|' expr                                                        # binaryExpr
  | expr op='++' expr                                                       # binaryExpr
  | expr op=('==' | '!=' | '<' | '<=' | '>' | '>=') expr                    # binaryExpr
  | expr op='&&' expr                                                       # binaryExpr
  | expr op='||' expr                                                       # binaryExpr
  | 'if' expr 'then' expr 'else' expr                                       # condExpr
  | 'match' expr '{' matchValue (',' matchValue)* ','? '}'                  # matchExpr
  ;
matchValue  : matchPat (',' matchPat)* '=>' expr ;
postfix     : primary suffix* ;
suffix
  : '[' expr ('..' expr)? ']'                                               # indexSuffix
  | '.' word                                                                # memberSuffix
  | '(' (arg (',' arg)*)? ')'                                               # callSuffix
  ;
primary     : INT | 'true' | 'false' | ref | '(' expr ')' ;
arg         : (word '=')? expr ;
type        : ('bits' | 'int') '(' expr ')' | 'bool' | name ;
text        : STRING ;

names       : name (',' name)* ;
/** A name that an expression may mention on its own: registers, parameters, functions, values.
    The soft words are keywords that begin no statement and no expression. */
name        : ID | soft ;
ref         : ID | soft | 'bits' | 'int' | 'bool' ;
soft        : 'ack' | 'addr' | 'after' | 'alias' | 'aligned' | 'at' | 'bank' | 'big' | 'by' | 'configure' | 'device' | 'extension' | 'fetch' | 'get'
            | 'guard' | 'interpret' | 'language' | 'little' | 'map' | 'memory' | 'mode' | 'names' | 'of' | 'on' | 'operand' | 'out' | 'param'
            | 'remove' | 'replace' | 'reset' | 'role' | 'run' | 'set' | 'shadow' | 'space' | 'split' | 'tables'
            | 'test' | 'to' | 'traps' | 'type' | 'under' | 'unmap' | 'via' | 'view' | 'virtual' | 'vmm' | 'zero' ;
/** A mnemonic: any word but the two subjects of `expect` that are no instructions. */
label       : ID | soft | hard ;
/** A name that is only ever mentioned after '.', `trap`, `:`, a bit range or a CSR number: any word. */
word        : label | 'machine' | 'reserved' ;
hard        : 'any' | 'asm' | 'assert' | 'assume' | 'bits' | 'bool' | 'choice' | 'cite' | 'commit' | 'const'
            | 'deprivilege' | 'else' | 'enum' | 'execute' | 'expect' | 'extends' | 'false' | 'fn' | 'for' | 'halt'
            | 'if' | 'import' | 'in' | 'instr' | 'int' | 'let' | 'match' | 'overrides' | 'reg' | 'requires'
            | 'return' | 'step' | 'struct' | 'then' | 'trap' | 'true' | 'unpredictable' | 'unspecified' | 'var'
            | 'when' | 'where' | 'while' | 'with' ;

REQUIRES : 'requires' ;
SPLIT    : 'split' ;
OVERRIDES: 'overrides' ;
REPLACE  : 'replace' ;
IF       : 'if' ;
ELSE     : 'else' ;
THEN     : 'then' ;
MATCH    : 'match' ;
MACHINE  : 'machine' ;
EXTENSION: 'extension' ;
IMPORT   : 'import' ;
LANGUAGE : 'language' ;
LET      : 'let' ;
VAR      : 'var' ;
ANY      : 'any' ;
TRAP     : 'trap' ;
FOR      : 'for' ;
WHILE    : 'while' ;
EXECUTE  : 'execute' ;
RETURN   : 'return' ;
HALT     : 'halt' ;
COMMIT   : 'commit' ;
UNPREDICTABLE: 'unpredictable' ;
ASSERT   : 'assert' ;
PARAM    : 'param' ;
CHOICE   : 'choice' ;
CONST    : 'const' ;
STRUCT   : 'struct' ;
ENUM     : 'enum' ;
REG      : 'reg' ;
INSTR    : 'instr' ;
FN       : 'fn' ;
EXPECT   : 'expect' ;
RESERVED : 'reserved' ;
STEP     : 'step' ;
LBRACE : '{' ;
RBRACE : '}' ;
LBRACKET : '[' ;
RBRACKET : ']' ;
LPAREN : '(' ;
RPAREN : ')' ;
SEMI   : ';' ;
COMMA  : ',' ;
COLON  : ':' ;
ASSIGN : '=' ;
DOT    : '.' ;
DOTS   : '..' ;
ARROW  : '->' ;
FATARROW : '=>' ;
NOT    : '!' ;
TILDE  : '~' ;
MINUS  : '-' ;
PLUS   : '+' ;
TIMES  : '*' ;
DIVIDE : '/' ;
REST   : '%' ;
LSHIFT : '<<' ;
RSHIFT : '>>' ;
AND    : '&' ;
XOR    : '^' ;
OR     : '|' ;
CONCAT : '++' ;
EQ     : '==' ;
NE     : '!=' ;
LT     : '<' ;
LE     : '<=' ;
GT     : '>' ;
GE     : '>=' ;
LAND   : '&&' ;
LOR    : '||' ;
UNDERSCORE : '_' ;

INT    : '0x' HEX ('_'? HEX)* | '0b' [01] ('_'? [01])* | '0o' [0-7] ('_'? [0-7])* | [0-9] ('_'? [0-9])* ;
fragment HEX : [0-9a-fA-F] ;
ID     : [A-Za-z] [A-Za-z0-9_]* ;
STRING : '"' (~["\\\r\n] | '\\' ~[\r\n])* '"' ;
DOC    : '///' ~[\r\n]* -> channel(HIDDEN) ;
LINE   : '//' ~[\r\n]* -> channel(HIDDEN) ;
BLOCK  : '/*' .*? '*/' -> channel(HIDDEN) ;
WS     : [ \t\r\n\f\uFEFF]+ -> channel(HIDDEN) ;

// What no description may contain, kept as tokens so that each is reported once, in full and by name.
BAD_INT     : [0-9] [0-9A-Za-z_]* ;
BAD_ID      : '_' [A-Za-z0-9_]+ ;
BAD_STRING  : '"' (~["\\\r\n] | '\\' ~[\r\n])* '\\'? ;
BAD_COMMENT : '/*' (~'*' | '*'+ ~[*/])* '*'* ;
BAD_CHARACTER : . ;
