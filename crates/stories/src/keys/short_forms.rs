//! Given names and the short forms that a paper may print instead.

/// A name with its short forms. Written for this project; only forms that mean one name nearly always.
const SHORT_FORMS: &str = "\
abraham abe|albert al bert|alexander alex alec sandy sasha|alexandra alex sandra sasha|alfred fred alf
alice ali|amanda mandy|andrew andy drew|andrea andy|anthony tony|antonio tony|antony tony|arthur art
barbara barb barbie|benjamin ben benny|bernard bernie|bernardo bernie|beverly bev|bradley brad|caroline carol carrie
catherine kate cathy katie|charles charlie chuck|christine chris chrissy|christina chris tina|christopher chris
clifford cliff|cynthia cindy|daniel dan danny|david dave|deborah deb debbie|dennis denny|diana di|dmitri dima
donald don donnie|dorothy dot|douglas doug|edward ed eddie ted|edmund ed|edwin ed|eleanor ellie nell
elizabeth liz beth betty eliza lizzie|emily em|eugene gene|ferdinand ferdie|florence flo|francis frank fran
frances fran|francisco paco|franklin frank|frederick fred freddie|gabriel gabe|geoffrey geoff|gerald gerry jerry
gilbert gil|giuseppe beppe|gregory greg|gwendolyn gwen|harold harry hal|henry harry hank|herbert herb|howard howie
isaac ike|isabella bella|jacob jake|jacqueline jackie|james jim jimmy jamie|janet jan|jeffrey jeff|jennifer jen jenny
jeremy jerry|jessica jess jessie|john johnny jack|jonathan jon|joseph joe joey|josephine jo josie|joshua josh
judith judy|katherine kate kathy katie|kathleen kathy katie|kenneth ken kenny|kimberly kim|lawrence larry|leonard len lenny
leopold leo|louis lou|madeleine maddie|manuel manny|margaret maggie meg peggy|marjorie marge|martin marty
matthew matt|maximilian max|melanie mel|michael mike mick mikey|mikhail misha|mitchell mitch|nathan nate|nathaniel nate
nicholas nick nicky|nikolai kolya|olivia liv|oliver ollie|pamela pam|patricia pat patty tricia|patrick pat paddy
peter pete|philip phil|phillip phil|priscilla cilla|rachel rach|randall randy|raymond ray|rebecca becky|reginald reg
richard dick rick ricky rich|robert bob bobby rob robbie|rodney rod|roger rog|ronald ron ronnie|rosemary rosie
russell russ|samantha sam|samuel sam sammy|sebastian seb|sergei seryozha|sidney sid|stanislav stas|stanley stan
stephanie steph|stephen steve|steven steve|stewart stu|stuart stu|susan sue susie|suzanne sue|terence terry|theodore ted theo
theresa terry tess|thomas tom tommy|timothy tim|tobias toby|valerie val|veronica ronnie|victor vic|victoria vicky
vincent vince|virginia ginny|vladimir vova|walter walt wally|wilfred wilf|william bill billy will willy|winston winnie
yevgeny zhenya|zachary zach";

/// Whether one is a short form of the other, or both are of one name ("Bill", "Billy").
pub(super) fn related(one: &str, other: &str) -> bool {
    let has = |row: &str, name: &str| row.split(' ').any(|word| word == name);
    SHORT_FORMS.split(['|', '\n']).any(|row| has(row, one) && has(row, other))
}

#[cfg(test)]
mod tests {
    use super::related;

    #[test]
    fn short_forms_are_found_either_way() {
        assert!(related("joe", "joseph") && related("joseph", "joe") && related("bill", "billy"));
        assert!(!related("joe", "john") && !related("ada", "adam"));
    }
}
