"""Names that synthetic people and places are made of: common ones, joined at random."""


def _listed(text: str) -> tuple[str, ...]:
    return tuple(text.split())


GIRLS = _listed(
    """
    Abigail Aisha Alice Amara Amelia Amelie Amina Amy Anna Aoife Ava Beatrice Bethany Caitlin
    Charlotte Chloe Daisy Eleanor Elif Eliza Ella Ellie Elsie Emily Emma Erin Esme Eva Evelyn
    Evie Faith Fatima Florence Freya Grace Hana Hannah Harriet Hollie Imogen Iris Isabel Isla
    Ivy Jasmine Jessica Kayleigh Keira Lacey Layla Leah Lexi Lily Lola Lucy Maisie Maria Maryam
    Matilda Maya Megan Mia Millie Molly Nadia Nia Olivia Paige Phoebe Poppy Priya Rosie Ruby
    Safiya Sara Scarlett Sienna Skye Sofia Sophie Summer Tilly Violet Willow Zahra Zara Zoe Zuzanna
    """
)

BOYS = _listed(
    """
    Aaron Adam Adeel Aidan Alexander Alfie Ali Andrew Archie Arjun Arthur Benjamin Blake Bobby
    Caleb Callum Cameron Charlie Connor Daniel David Dylan Edward Elijah Elliot Ethan Ewan
    Finley Frankie Freddie Gabriel George Hamza Harrison Harry Harvey Henry Hugo Ibrahim Isaac
    Jack Jackson Jacob Jakub Jamal James Jamie Jayden Joel Joseph Joshua Jude Kai Kian Kofi
    Lennon Leo Lewis Liam Logan Louis Luca Lucas Luke Mason Matthew Max Mohammed Muhammad Nathan
    Noah Oliver Omar Oscar Owen Ravi Reece Reuben Riley Robert Ronnie Rory Ryan Samuel Sebastian
    Stanley Teddy Theo Thomas Toby Tyler William Yusuf Zachary
    """
)

WOMEN = _listed(
    """
    Agnieszka Alison Amanda Amina Angela Anita Beverley Carol Catherine Christine Claire Danielle
    Deborah Denise Emma Farah Gemma Gillian Hayley Heather Helen Jacqueline Jennifer Joanne Julie
    Karen Kelly Kerry Laura Leanne Linda Lisa Louise Margaret Michelle Natalie Nicola Pamela
    Rachel Rebecca Ruth Samantha Sandra Sarah Shabana Sharon Stacey Stephanie Susan Tracey
    Vanessa Victoria Wendy Yvonne
    """
)

MEN = _listed(
    """
    Adrian Alan Andrew Anthony Barry Brian Carl Christopher Colin Craig Darren David Dean Derek
    Gareth Gary Glen Graham Ian Imran Jason John Jonathan Karl Keith Kenneth Kevin Lee Malcolm
    Mark Martin Michael Neil Nigel Paul Peter Philip Raymond Richard Robert Sanjay Scott Shaun
    Simon Stephen Steven Stuart Tariq Terence Timothy Tomasz Tony Wayne
    """
)

SURNAMES = _listed(
    """
    Adams Adeyemi Ahmed Akhtar Ali Allen Anderson Atkinson Bailey Baker Banerjee Bell Begum
    Bennett Brennan Brown Campbell Carter Chen Clark Collins Cooper Cox Davies Dixon Doyle Edwards
    Eriksen Evans Fernandes Fletcher Foster Fraser Gallagher Graham Gray Green Griffiths Hall
    Harris Harrison Henderson Hill Hughes Hussain Jackson Jankowski Johnson Jones Kamara Kaur
    Kelly Khan Kovacs Kowalska Lee Lewis Mahmood Marshall Mason Mendes Mensah Mitchell Moore
    Morgan Morris Murphy Mwangi Nguyen Nowak O'Brien O'Connor Okafor Osei Patel Pearson Petrov
    Popescu Price Rahman Reid Richardson Roberts Robinson Rogers Scott Sharma Shaw Simpson Singh
    Smith Stewart Suleiman Taylor Thompson Thomson Turner Ukpong Walker Wang Ward Watson White
    Wilkinson Williams Wilson Wood Wright Yilmaz Young
    """
)

# Made of two parts each, so that no household lives at a real address.
STREET_BEGINNINGS = _listed(
    """
    Alderwick Applethorne Ashmere Barleygate Beckhollow Birchlow Brackenby Bramblecote Cherrywold
    Cloverdene Coltsmoor Cornerby Dovescar Elderholt Fallowmere Fernhurst Foxlaithe Gorsebank
    Harebell Hawthornby Hazelgarth Heatherlow Hollinside Ivygarth Juniperdale Kestrelby Larkholme
    Lindengate Mallowfield Maplethwaite Meadowcroft Millwath Oakenshaw Orchardby Pebblegate
    Plumtreeby Primrosegarth Quarryholme Rowanthorpe Rushmoor Sandpiper Skylarke Sorrelby
    Swallowgate Thistlemere Willowthwaite Wrenfield Yarrowby
    """
)

STREET_ENDINGS = _listed(
    "Avenue Close Court Crescent Drive Gardens Grove Lane Road Street Terrace Walk Way"
)

# The letters that the second half of a postcode may hold.
POSTCODE_LETTERS = "ABDEFGHJLNPQRSTUWXYZ"

ETHNICITIES = (
    *("WBRI",) * 84,
    *("WIRI", "WOTH", "WOTH", "WROM", "WIRT", "MWBC", "MWBA", "MWAS", "MWAS", "MOTH"),
    *("AIND", "APKN", "APKN", "APKN", "ABAN", "AOTH", "BCRB", "BAFR", "BAFR", "BOTH"),
    *("CHNE", "OOTH", "OOTH", "REFU", "NOBT", "NOBT"),
)
